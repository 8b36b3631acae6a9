"""Charts: days put into bins, pictures for chats without charts of their own, and the same in words."""
