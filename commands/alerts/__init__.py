"""When the bot speaks unasked: the rules, the life of an alert, and its words."""
