"""A prompt without a terminal: keys that a test presses, and a screen that remembers what was written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prompt_toolkit.application import create_app_session, get_app_or_none
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.terminal.console import Look
from bot.terminal.prompt import Prompt
from commands.reply import Reply

PATIENCE_SECONDS = 20


class Echo:
    """Answers each question with its own words, and knows a few domains."""

    def __init__(self, *domains: str) -> None:
        self.asked: list[str] = []
        self._domains = domains

    async def reply(self, text, _asker):
        self.asked.append(text)
        return Reply(f"You said {text}.")

    async def names_like(self, _which, beginning, _asker, most):
        return [name for name in self._domains if name.startswith(beginning)][:most]


class Screen(DummyOutput):
    """A terminal that remembers what was written."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, data: str) -> None:
        self.text += data

    write_raw = write


class Typist:
    """Presses keys, and waits for what comes of it."""

    def __init__(self, keys: PipeInput, screen: Screen, answers: Echo, prompt: Prompt, talking: asyncio.Task) -> None:
        self._keys = keys
        self.screen = screen
        self.answers = answers
        self.prompt = prompt
        self.talking = talking

    def press(self, text: str) -> None:
        self._keys.send_text(text)

    def paste(self, text: str) -> None:
        self._keys.send_text(f"\x1b[200~{text}\x1b[201~")

    @property
    def line(self) -> str:
        """What stands on the line that is being typed."""
        app = get_app_or_none()
        return app.current_buffer.text if app else ""

    @property
    def is_open(self) -> bool:
        """Whether the prompt waits for keys."""
        app = get_app_or_none()
        return app is not None and app.is_running

    @property
    def history(self) -> list[str]:
        """What the arrow keys reach, as far as it has been read."""
        app = get_app_or_none()
        return app.current_buffer.history.get_strings() if app else []

    async def asked(self, number: int) -> list[str]:
        """Wait for so many questions."""
        await self.until(lambda: len(self.answers.asked) >= number)
        return self.answers.asked

    async def until(self, condition) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():  # noqa: ASYNC110 -- the prompt rings no bell
                await asyncio.sleep(0)

    async def leaves(self) -> list[str]:
        """Wait for the end of the conversation; return what was asked in it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.talking
        return self.answers.asked


@asynccontextmanager
async def at_a_prompt(look: Look | None = None, answers: Echo | None = None) -> AsyncIterator[Typist]:
    """A prompt that waits for keys; it is ended with the block."""
    screen, answers = Screen(), answers or Echo()
    prompt = Prompt(look or Look(), colour=False)
    with create_pipe_input() as keys, create_app_session(input=keys, output=screen):
        talking = asyncio.create_task(prompt.talk(answers))
        try:
            yield Typist(keys, screen, answers, prompt, talking)
        finally:
            talking.cancel()
            await asyncio.wait((talking,))
