"""`make golden`: writes what people see, as it is now, into tests/golden and docs, to be read in a diff."""

import asyncio
import io
import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from bot.charts.picture import png
from storage.database import Database
from storage.schema import upgrade
from tests.golden_cases import FOLDER, Golden, drawn, goldens
from tests.golden_commands_page import PAGE, commands_page
from tests.golden_story import tell
from tests.pictures import discord_message, slack_message

PICTURES = PAGE.parent / "pictures"
PICTURED = ("alert-1", "status")
"""Golden replies that the README shows."""


async def write(folder: str) -> int:
    """Write all files anew; return their number."""
    database = Database(f"sqlite:///{folder}/golden.db")
    upgrade(database)
    files = {}
    told = await goldens(database, tell(database))
    database.close()
    for golden in told:
        files |= await drawn(golden)
    shutil.rmtree(FOLDER, ignore_errors=True)
    for path, text in files.items():
        _write(path, text)
    _write(PAGE, commands_page())
    for golden in told:
        if golden.name in PICTURED:
            await _picture(golden)
    return len(files)


async def _picture(golden: Golden) -> None:
    """Draw a golden message as Slack and Discord show it, for the README."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    chart = golden.reply.chart
    picture = Image.open(io.BytesIO(await png(chart))) if chart and chart.bars else None
    slack, discord = (json.loads((FOLDER / name / f"{golden.name}.json").read_text()) for name in ("slack", "discord"))
    slack_message.draw(slack, PICTURES / f"slack-{golden.name}.png")
    discord_message.draw(discord, picture, PICTURES / f"discord-{golden.name}.png")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        sys.stdout.write(f"{asyncio.run(write(folder))} golden files and {PAGE.name} written\n")
