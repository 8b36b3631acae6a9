"""Completion at the prompt: asks for words when Tab is pressed; names come from the database, off the loop."""

from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime

import structlog
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.terminal.completion import offer
from bot.terminal.console import ASKER, LEAVE, Answers
from commands.offers import Names
from commands.question import Command
from commands.quoting import printable

log = structlog.get_logger(__name__)

MOST_NAMES = 50


class CommandCompleter(Completer):
    """Knows the commands by their declarations, whom to ask for names, and what day it is (aware UTC)."""

    def __init__(self, commands: Mapping[str, Command], answers: Answers, clock: Callable[[], datetime]) -> None:
        self._commands = commands
        self._answers = answers
        self._clock = clock

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> list[Completion]:
        """Return nothing: the prompt asks for `get_completions_async`."""
        del document, complete_event
        return []

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Yield what may stand in place of the word at the cursor, names first. Never raises."""
        del complete_event
        found = offer(document.text_before_cursor, self._commands, self._clock().date(), LEAVE)
        names = await self._names(found.names, found.beginning) if found.names else []
        for word in (*names, *found.words):
            yield Completion(word, start_position=-len(found.beginning))

    async def _names(self, which: Names, beginning: str) -> list[str]:
        try:
            found = await self._answers.names_like(which, beginning, ASKER, MOST_NAMES)
        except Exception as error:  # noqa: BLE001 -- whoever types sees no suggestions then, and may type on
            log.warning("names cannot be suggested", reason=str(error) or type(error).__name__)
            return []
        return [name for name in found if name == printable(name)]
