"""Answers that a chat gives by itself, in words that all chats share."""

from commands.reply import Field, Reply, Tone

CANNOT_BE_READ = (
    "This could not be read: it seems to come from another version of the bot. Type the command again: /tlsrpt"
)
RESTARTING = "The bot is restarting: ask again in a minute."


def for_other_channels(where: str, here: str) -> Reply:
    """Say where to ask (a sentence), and how this channel (`slack:C0123`) becomes one of those."""
    return Reply(
        "Commands are not answered in this channel.",
        Tone.WARNING,
        sentences=(
            where,
            "To allow this channel as well, the operator adds it to TLSRPT_CHANNELS and starts the bot again.",
        ),
        fields=(Field("This channel", here),),
    )


def for_slow_answers(seconds: float) -> Reply:
    """Say that an answer did not come in time."""
    return Reply(
        f"No answer within {seconds:.0f} seconds.",
        Tone.WARNING,
        sentences=("Try again, with a shorter period if the command takes one; the bot's log says more.",),
    )
