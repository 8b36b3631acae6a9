"""The mailbox: whether it can be read."""

from collections.abc import Sequence

from bot.settings import Settings
from bot.transport import CannotStart
from commands.doctor import Finding, Level

AREA = "mailbox"
SECONDS = 6.0
"""For one command."""


async def examine_mailbox(settings: Settings) -> Sequence[Finding]:
    """Log in and open the folder as the bot does; nothing where no mailbox is set."""
    if settings.imap_url is None:
        return []
    from bot.mailbox_door import mailbox_account  # loads the IMAP client
    from ingest.imap.faults import MailboxFault
    from ingest.imap.session import Session

    name = f"The mailbox {settings.imap_url}"
    try:
        session = await Session.open(mailbox_account(settings), SECONDS)
        try:
            await session.look()
        finally:
            session.close()
    except CannotStart as error:
        return [Finding(AREA, Level.ERROR, f"{error}.", "Let the user of the bot read the file.")]
    except MailboxFault as fault:
        return [Finding(AREA, Level.ERROR, f"{name} cannot be read. {fault.detail}", fault.what_to_do)]
    how = "tells what is new" if session.tells_news else "is asked every minute what is new"
    return [Finding(AREA, Level.OK, f"{name} can be read; its server {how}.")]
