"""The mailbox as a door: builds what reads it, as the settings say."""

from bot.settings import Settings
from bot.transport import CannotStart
from ingest.imap.mailbox import Account
from ingest.imap.positions import StoredPosition
from ingest.imap.taking import MailTaker
from ingest.imap.trust import trusted
from ingest.imap.watch import MailboxWatch
from storage.database import Database


def mailbox_watch(settings: Settings, database: Database, taker: MailTaker) -> MailboxWatch:
    """Return what reads the mailbox. Raises CannotStart."""
    account = mailbox_account(settings)
    return MailboxWatch(
        account,
        taker.take,
        StoredPosition(database, str(account.address)),
        max_message_bytes=settings.max_message_bytes,
        clock=taker.clock,
    )


def mailbox_account(settings: Settings) -> Account:
    """Return whose mailbox it is, and whom to trust. Raises CannotStart."""
    if settings.imap_url is None:
        raise CannotStart("TLSRPT_IMAP_URL is not set")
    try:
        context = trusted(settings.ca_file)
    except OSError as error:
        raise CannotStart(f"TLSRPT_CA_FILE: {settings.ca_file} cannot be used: {error.strerror or error}") from error
    return Account(settings.imap_url, settings.imap_password.get_secret_value(), context)
