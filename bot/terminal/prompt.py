"""The prompt in the terminal: the same commands as in chat, and alerts as they come."""

import shutil
import sys
from collections.abc import Awaitable, Callable

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.dispatch import not_drawn
from bot.terminal.render import render
from commands.question import Asker, Platform
from commands.reply import Reply

ASKER = Asker(Platform.TERMINAL, "terminal", is_admin=True)
LEAVE = ("exit", "quit")
PROMPT = "tlsrpt> "


def show(reply: Reply) -> None:
    """Print a reply; above the prompt, if one is open. One that cannot be drawn is told in a sentence."""
    try:
        text = render(reply, width=shutil.get_terminal_size().columns, colour=sys.stdout.isatty())
        print_formatted_text(ANSI(text)) if sys.stdout.isatty() else print(text, flush=True)  # noqa: T201
    except Exception as error:  # noqa: BLE001 -- one reply must not end the prompt, and the bot with it
        print(not_drawn(error).message, flush=True)  # noqa: T201


async def talk(answer: Callable[[str, Asker], Awaitable[Reply]]) -> None:
    """Read commands until the end of input, `exit` or Ctrl-D."""
    session: PromptSession[str] = PromptSession(history=InMemoryHistory())
    with patch_stdout(raw=True):
        while True:
            try:
                line = (await session.prompt_async(PROMPT, handle_sigint=True)).strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line.lower() in LEAVE:
                return
            if line:
                show(await answer(line, ASKER))
