"""Files in Slack: pictures that a message shows, and attachments, which go to one person by direct message."""

import asyncio
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from io import BytesIO

import structlog
from aiohttp import ClientSession
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat_text import clean_line, cut
from bot.slack.client import CALL_FAILURES, CALL_SECONDS, RATE_LIMITED, failure, retry_after, unsent_only
from bot.slack.render import SLASH_COMMAND
from commands.reply import Attachment, Reply

LARGEST_FILE = 8 * 1024 * 1024
MOST_FILES = 5
"""With one answer."""
NAME_CHARACTERS = 100
UPLOAD_SECONDS = 30.0
"""For one file, with everything that belongs to it."""
COMMENT = "The file that you asked for."
COMMAND_CHARACTERS = 200
TOO_SLOW = "Slack did not take it in time"
IN_WORDS = {
    "answer-lost": "Slack did not say whether it took it",
    RATE_LIMITED: "Slack takes no more files for a while",
    "unreachable": "Slack could not be reached",
    "messages_tab_disabled": "the Slack app's messages tab is off (an admin switches it on under App Home)",
    "file_uploads_disabled": "this workspace takes no files",
    "storage_limit_reached": "this workspace has no room for more files",
}


class NotUploaded(Exception):
    """Slack did not take a file.

    `needed` is the scope that the app lacks, and `retry_after` the seconds that Slack asks to wait, if that is why.
    `may_come`: nobody knows; the file may be there, or come later.
    """

    def __init__(
        self, reason: str, needed: str = "", retry_after: float | None = None, *, may_come: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.needed = needed
        self.retry_after = retry_after
        self.may_come = may_come


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one file; `trouble` is empty when it has reached its person."""

    attachment: Attachment
    trouble: str = ""
    may_come: bool = False
    """It may have come in spite of the trouble, or come later."""


class SlackFiles:
    """Uploads with the bot's token."""

    def __init__(self, client: AsyncWebClient) -> None:
        # A file must not come twice: again only where nothing was done.
        self._prompt = _uploading(client, [unsent_only()])
        self._patient = _uploading(client, [unsent_only(), AsyncRateLimitErrorRetryHandler(max_retry_count=2)])
        self._log = structlog.get_logger("slack")

    async def upload_picture(self, name: str, body: bytes, alt_text: str) -> str:
        """Upload a file to be shown by a message and return its id. Raises NotUploaded, at a rate limit at once."""
        file_id = await self._uploaded(self._prompt, name, body, alt_text)
        await self._completed(self._prompt, file_id, name)
        return file_id

    async def _uploaded(self, client: AsyncWebClient, name: str, body: bytes, alt_text: str = "") -> str:
        """Bring a file to Slack, where nobody sees it yet."""
        try:
            place = await client.files_getUploadURLExternal(filename=name, length=len(body), alt_txt=alt_text or None)
            await self._posted(place["upload_url"], body)
            return str(place["file_id"])
        except TimeoutError as error:
            raise NotUploaded(TOO_SLOW) from error
        except (*CALL_FAILURES, LookupError, TypeError) as error:
            raise _not_uploaded(error) from error

    async def _completed(self, client: AsyncWebClient, file_id: str, name: str, channel: str = "") -> None:
        """Make a file fit to be shown, or show it in a channel."""
        try:
            await client.files_completeUploadExternal(
                files=[{"id": file_id, "title": name}],
                channel_id=channel or None,
                initial_comment=COMMENT if channel else None,
            )
        except CALL_FAILURES as error:
            found = failure(error)
            may_come = not found.refused and found.word != "unreachable"
            raise NotUploaded(found.word, found.needed, found.retry_after, may_come=may_come) from error

    async def _posted(self, url: str, body: bytes) -> None:
        """Send the bytes themselves. The SDK would do so in one piece, which keeps the loop waiting."""
        async with (
            ClientSession() as session,
            session.post(url, data=BytesIO(body), proxy=self._prompt.proxy, ssl=self._prompt.ssl or True) as answer,
        ):
            if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                raise NotUploaded(RATE_LIMITED, retry_after=retry_after(answer.headers))
            if answer.status != HTTPStatus.OK:
                raise NotUploaded(f"http-{answer.status}")

    async def hand_over(self, user: str, attachments: Sequence[Attachment]) -> list[Delivery]:
        """Send files to one person by direct message; never raises for Slack's faults."""
        found = [await self._handed_over(user, one) for one in attachments[:MOST_FILES]]
        return [*found, *(Delivery(one, f"more than {MOST_FILES} files at once") for one in attachments[MOST_FILES:])]

    async def _handed_over(self, user: str, attachment: Attachment) -> Delivery:
        if len(attachment.body) > LARGEST_FILE:
            return Delivery(attachment, f"larger than {LARGEST_FILE // 1024**2} MiB")
        if not attachment.body:
            return Delivery(attachment, "it is empty, and Slack takes no empty files")
        try:
            await self._sent(user, shown_name(attachment), attachment.body)
        except NotUploaded as refusal:
            self._log.warning("slack.file-not-sent", reason=refusal.reason, needed=refusal.needed)
            return Delivery(attachment, _trouble(refusal), may_come=refusal.may_come)
        return Delivery(attachment)

    async def _sent(self, user: str, name: str, body: bytes) -> None:
        is_uploaded = False
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                channel = await self._direct_message(user)
                file_id = await self._uploaded(self._patient, name, body)
                is_uploaded = True
                await self._completed(self._patient, file_id, name, channel)
        except TimeoutError as error:
            raise NotUploaded(TOO_SLOW, may_come=is_uploaded) from error

    async def _direct_message(self, user: str) -> str:
        try:
            answer = await self._patient.conversations_open(users=user)
            return str(answer["channel"]["id"])
        except (*CALL_FAILURES, LookupError, TypeError) as error:
            raise _not_uploaded(error) from error


def shown_name(attachment: Attachment) -> str:
    """Give a file's name without folders, control characters and undue length."""
    flat = attachment.name.replace("/", "_").replace("\\", "_")
    return cut(clean_line(flat), NAME_CHARACTERS) or "file"


def with_deliveries(reply: Reply, deliveries: Sequence[Delivery], command: str, *, in_channel: bool) -> Reply:
    """Say in an answer what became of its files, and how to get those that did not come."""
    asker = "the asker" if in_channel else "you"
    lines = tuple(_said(delivery, command, asker) for delivery in deliveries)
    return replace(reply, attachments=(), notes=(*lines, *reply.notes))


def without_files(reply: Reply, command: str) -> Reply:
    """Say in an answer that is shown to others how one gets its files: they are for who asks."""
    lines = tuple(f"{_named(one)} goes to who asks: {SLASH_COMMAND} {_typed(command)}" for one in reply.attachments)
    return replace(reply, attachments=(), notes=(*lines, *reply.notes))


def _said(delivery: Delivery, command: str, asker: str) -> str:
    named = _named(delivery.attachment)
    if not delivery.trouble:
        return f"{named} went to {asker} by direct message."
    if delivery.may_come:
        return (
            f"{named} may still come by direct message: {delivery.trouble}. If it does not within a minute, ask again."
        )
    instead = f"tlsrpt-bot ask {shlex.quote(_typed(command))} --save FOLDER"
    return f"{named} could not be sent: {delivery.trouble}. On the bot's machine, `{instead}` writes it."


def _named(attachment: Attachment) -> str:
    return f"{shown_name(attachment)} ({len(attachment.body):,} bytes)"


def _typed(command: str) -> str:
    return cut(clean_line(command), COMMAND_CHARACTERS)


def _trouble(refusal: NotUploaded) -> str:
    if refusal.needed:
        scope = cut(clean_line(refusal.needed), NAME_CHARACTERS)
        return f"the Slack app lacks the scope {scope} (an admin adds it and installs the app again)"
    return IN_WORDS.get(refusal.reason) or cut(clean_line(refusal.reason), NAME_CHARACTERS)


def _not_uploaded(error: BaseException) -> NotUploaded:
    found = failure(error)
    return NotUploaded(found.word, found.needed, found.retry_after)


def _uploading(client: AsyncWebClient, retries: list[AsyncRetryHandler]) -> AsyncWebClient:
    return AsyncWebClient(token=client.token, base_url=client.base_url, timeout=CALL_SECONDS, retry_handlers=retries)
