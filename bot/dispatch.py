"""Words and an asker become a Reply: the one place where an error turns into an answer."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from commands.context import Context
from commands.language import parse
from commands.nearest import names_like
from commands.offers import Names, stored_names
from commands.question import Asker, Command, Question, UsageError
from commands.registry import NOT_YET
from commands.reply import Reply, Tone
from storage import domains
from storage.database import DatabaseDamaged, DatabaseUnavailable

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    USAGE = "usage"
    """The asker has to change something."""
    FAILED = "failed"
    """We have to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A Reply, and for machines how it ended. `code` and `message` belong to errors."""

    outcome: Outcome
    reply: Reply
    code: str = ""
    message: str = ""


class NotWritten(Exception):
    """A file of an answer could not be written; the message says which, and why."""


class Dispatcher:
    """Answers questions; never raises."""

    def __init__(self, commands: Mapping[str, Command], context_for: Callable[[Asker], Context]) -> None:
        self._commands = commands
        self._context_for = context_for

    async def reply(self, text: str, asker: Asker) -> Reply:
        return (await self.answer(text, asker)).reply

    async def names_like(self, which: Names, beginning: str, asker: Asker, most: int) -> list[str]:
        """Return names to choose from while one is typed: those that begin so, then those that contain it."""
        if which is Names.CHANNELS and not asker.is_admin:
            return []
        known = await self._context_for(asker).read(lambda connection: stored_names(connection, which))
        return names_like(beginning, known, most)

    async def answer(self, text: str, asker: Asker) -> Answer:
        """Answer one line of text."""
        context = self._context_for(asker)
        try:
            question = parse(text, self._commands, known_domains=lambda: _names(context), not_yet=NOT_YET)
            _check_permission(question, asker)
            return Answer(Outcome.ANSWERED, await question.command.answer(question, context))
        except UsageError as error:
            return _mistake(error)
        except NotWritten as error:
            return not_written(error)
        except DatabaseDamaged as error:
            return _foreseen("database-damaged", "The database file is damaged: restore it from a backup.", error)
        except DatabaseUnavailable as error:
            return _foreseen("database-unavailable", "The database cannot be used right now. Try again shortly.", error)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the asker gets an answer and the log the trace
            return _failure("failed", "That did not work, and it is not your fault.", error)


def _names(context: Context) -> list[str]:
    with context.database.reading() as connection:
        return domains.names(connection)


def _check_permission(question: Question, asker: Asker) -> None:
    if question.command.changes(question) and not asker.is_admin:
        raise UsageError(
            "not-allowed",
            f"`{question.command.name}` changes things, which only admins may do. "
            f"An admin adds you with TLSRPT_ADMINS={asker.name}.",
        )


def _mistake(error: UsageError) -> Answer:
    sentences = (f"Usage: `{error.usage}`",) if error.usage else ()
    message = " ".join((error.message, *sentences))
    reply = Reply(error.message, sentences=sentences, next_step="help", data=_error(error.code, message))
    return Answer(Outcome.USAGE, reply, error.code, message)


def _foreseen(code: str, message: str, error: Exception) -> Answer:
    """Answer a failure whose cause is known: a trace would not help the operator."""
    reference = secrets.token_hex(4)
    log.error("command failed", reference=reference, reason=str(error))
    return _failed(code, message, reference)


def _failure(code: str, message: str, error: Exception) -> Answer:
    reference = secrets.token_hex(4)
    log.error("command failed", reference=reference, exc_info=error)
    return _failed(code, message, reference)


def _failed(code: str, message: str, reference: str) -> Answer:
    full = f"{message} The log has more under the reference {reference}."
    return Answer(Outcome.FAILED, Reply(full, Tone.WARNING, data=_error(code, full)), code, full)


def not_written(error: NotWritten) -> Answer:
    """Return what to tell in place of an answer whose file could not be written."""
    code, message = "not-written", str(error)
    return Answer(Outcome.FAILED, Reply(message, Tone.WARNING, data=_error(code, message)), code, message)


def not_drawn(error: Exception) -> Answer:
    """Return what to tell in place of a reply that could not be drawn."""
    return _failure("failed", "This answer could not be shown, and it is not your fault.", error)


def _error(code: str, message: str) -> dict[str, dict[str, str]]:
    return {"error": {"code": code, "message": message}}
