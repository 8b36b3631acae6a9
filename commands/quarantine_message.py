"""The daily message about mails that could not be read, by sender and reason. Pure."""

from collections.abc import Sequence

from commands.phrases import plural
from commands.quarantine import groups_table
from commands.quarantine_reasons import in_words
from commands.reply import Action, Reply, Tone
from storage.quarantine_list import Group

MOST_GROUPS = 10
"""Senders, with the reasons, that stand in the message."""


def daily_message(groups: Sequence[Group]) -> Reply:
    """Say who sent what cannot be read; the groups with the most mails first."""
    mails = sum(one.mails for one in groups)
    first = groups[0]
    alone = f": {in_words(first.reason)}" if len(groups) == 1 else ""
    of_one = f" of {first.sender}" if len(groups) == 1 and first.sender else ""
    table = groups_table(groups[:MOST_GROUPS])
    left_out = len(groups) - len(table.rows)
    return Reply(
        title=f"{plural(mails, 'mail')}{of_one} could not be read{alone}.",
        tone=Tone.WARNING,
        sentences=(f"{'It is' if mails == 1 else 'They are'} kept, and not counted.",),
        tables=(table,) if len(groups) > 1 else (),
        notes=(f"And {plural(left_out, 'other sender or reason', 'other senders or reasons')}.",) if left_out else (),
        next_step="quarantine",
        actions=(Action("Show them", "quarantine"),),
        private=False,
    )
