"""A whole visit in a process of its own: start, one command, stop. Prints `answered`."""

import asyncio

from bot.slack.adapter import SlackAdapter
from commands.question import Asker
from commands.reply import Reply
from tests.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer


async def dispatch(text: str, asker: Asker) -> Reply:
    await asyncio.sleep(0)
    return Reply(f"{text} for {asker.name}")


async def main() -> None:
    asyncio.get_running_loop().slow_callback_duration = 60  # a busy machine is no fault of ours
    async with SlackServer() as slack:
        adapter = SlackAdapter(
            bot_token=BOT_TOKEN,
            app_token=APP_TOKEN,
            api_url=slack.api_url,
            dispatch=dispatch,
            admins=frozenset(),
            channels=frozenset(),
        )
        await adapter.start()
        await slack.command("status")
        answer = await slack.answer()
        await adapter.stop()
        assert answer.body["text"] == "status for slack:U0ANN"
    print("answered")  # noqa: T201 - the test reads it


if __name__ == "__main__":
    asyncio.run(main())
