"""Completion at the prompt: asks for words when Tab is pressed; domains come from the database, off the loop."""

from collections.abc import AsyncGenerator, Mapping

import structlog
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.terminal.completion import offer
from bot.terminal.console import ASKER, LEAVE, Answers
from commands.question import Command
from commands.quoting import printable

log = structlog.get_logger(__name__)

MOST_DOMAINS = 50


class CommandCompleter(Completer):
    """Knows the commands by their declarations, and whom to ask for domains."""

    def __init__(self, commands: Mapping[str, Command], answers: Answers) -> None:
        self._commands = commands
        self._answers = answers

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> list[Completion]:
        """Return nothing: the prompt asks for `get_completions_async`."""
        del document, complete_event
        return []

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Yield what may stand in place of the word at the cursor, domains first. Never raises."""
        del complete_event
        found = offer(document.text_before_cursor, self._commands, LEAVE)
        domains = await self._domains(found.beginning) if found.wants_domain else []
        for word in (*domains, *found.words):
            yield Completion(word, start_position=-len(found.beginning))

    async def _domains(self, beginning: str) -> list[str]:
        try:
            found = await self._answers.domains_like(beginning, ASKER, MOST_DOMAINS)
        except Exception as error:  # noqa: BLE001 -- whoever types sees no suggestions then, and may type on
            log.warning("domains cannot be suggested", reason=str(error) or type(error).__name__)
            return []
        return [name for name in found if name == printable(name)]
