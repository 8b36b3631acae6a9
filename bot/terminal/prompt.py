"""The prompt on a terminal: a line to edit, with history and completion; answers and alerts appear above it."""

import shutil
import sys
from collections.abc import Callable
from datetime import datetime

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.filters import is_searching
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from bot.dispatch import not_drawn
from bot.parts import utc_now
from bot.terminal.completer import CommandCompleter
from bot.terminal.console import ASKER, LEAVE, Answers, Look
from bot.terminal.history import LineHistory
from bot.terminal.log_lines import log_lines_to
from bot.terminal.render import render
from commands.quoting import printable
from commands.registry import commands
from commands.reply import Reply

PROMPT = "tlsrpt> "
MENU_ROWS = 6
STATUS_LINE_SECONDS = 1.0
CALM = Style.from_dict({"bottom-toolbar": "noreverse", "bottom-toolbar.text": "fg:ansibrightblack"})


class Prompt:
    """Reads commands key by key. Needs a terminal at both ends."""

    def __init__(self, look: Look, *, colour: bool, clock: Callable[[], datetime] = utc_now) -> None:
        self._look = look
        self._clock = clock
        self._colour = colour
        self._left_over = ""
        """The last line of what was pasted, not yet ended: it is edited next."""

    def show(self, reply: Reply) -> None:
        try:
            text = render(reply, width=shutil.get_terminal_size().columns, colour=self._colour)
        except Exception as error:  # noqa: BLE001 -- one reply must not end the prompt, and the bot with it
            text = not_drawn(error).message
        print_formatted_text(ANSI(f"{text}\n"))

    async def talk(self, answers: Answers) -> None:
        session = self._session(answers)
        with patch_stdout(raw=True), log_lines_to(sys.stderr):
            while True:
                text, self._left_over = self._left_over, ""
                try:
                    typed = await session.prompt_async(PROMPT, default=text, handle_sigint=False)
                except EOFError:
                    return
                # In raw mode keys wait for the next prompt, Ctrl-C too, instead of ending the bot.
                with session.input.raw_mode():
                    for line in filter(None, map(str.strip, typed.splitlines())):
                        if line.lower() in LEAVE:
                            return
                        self.show(await answers.reply(line, ASKER))

    def _session(self, answers: Answers) -> PromptSession[str]:
        history: History = LineHistory(self._look.history) if self._look.history else InMemoryHistory()
        return PromptSession(
            history=history,
            completer=CommandCompleter(commands(), answers, self._clock),
            complete_while_typing=False,
            reserve_space_for_menu=MENU_ROWS,
            key_bindings=self._keys(),
            bottom_toolbar=self._status_line if self._look.status_line else None,
            refresh_interval=STATUS_LINE_SECONDS if self._look.status_line else 0,
            style=CALM,
        )

    def _status_line(self) -> str:
        columns = shutil.get_terminal_size().columns
        text = printable(self._look.status_line()) if self._look.status_line else ""
        return text if len(text) < columns else f"{text[: columns - 2]}…"

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        keys.add("c-c", filter=~is_searching)(_clear)
        keys.add(Keys.BracketedPaste, filter=~is_searching)(self._paste)
        return keys

    def _paste(self, event: KeyPressEvent) -> None:
        """Run every whole line that was pasted, and leave the rest to be edited."""
        buffer = event.current_buffer
        buffer.insert_text(event.data.replace("\r\n", "\n").replace("\r", "\n"))
        whole, line_break, rest = buffer.text.rpartition("\n")
        if line_break:
            buffer.text, self._left_over = whole, rest
            buffer.validate_and_handle()


def _clear(event: KeyPressEvent) -> None:
    event.current_buffer.reset()
