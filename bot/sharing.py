"""Which answers may be shown to a channel by who got them alone."""

from commands.reply import Reply


def can_be_shared(reply: Reply) -> bool:
    """Tell whether a private answer gets a share button, which asks the same again.

    An error concerns its asker alone. What was announced stands in the channel already.
    """
    return reply.private and "error" not in reply.data and not reply.data.get("announced")
