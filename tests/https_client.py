"""Uploads to the real program: by curl, and many at once until the program is gone."""

import asyncio
import json
import shutil
from contextlib import suppress
from typing import Any

import aiohttp

from tests.program_process import PATIENCE_SECONDS, Program

CURL = shutil.which("curl")
CONNECTIONS = 6


async def curl(program: Program, path: str, *arguments: str, body: bytes | None = None) -> tuple[int, Any]:
    """Run curl; return the status and the object of the answer."""
    assert CURL
    posting = ("--data-binary", "@-") if body is not None else ()
    process = await asyncio.create_subprocess_exec(
        *(CURL, "--silent", "--max-time", str(PATIENCE_SECONDS), "--write-out", "\n%{http_code}"),
        *(*posting, *arguments, f"http://127.0.0.1:{program.http_port}{path}"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(body)
    said, _, status = out.decode().rpartition("\n")
    return int(status), json.loads(said)


class Uploading:
    """Reports on their way, each about a domain of its own."""

    def __init__(self, program: Program, bodies: dict[str, bytes]) -> None:
        self._url = f"http://127.0.0.1:{program.http_port}/v1/tlsrpt"
        self._waiting = list(bodies.items())
        self._moved = asyncio.Condition()
        self._begun = 0
        self.answers: dict[str, int] = {}
        """Status by domain, of those that were answered."""

    async def run(self) -> None:
        """Upload until all is answered or the program is gone."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as client:
            with suppress(aiohttp.ClientError, OSError):
                await asyncio.gather(*(self._one_after_the_other(client) for _ in range(CONNECTIONS)))

    async def until_begun(self, number: int) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self._begun >= number)

    async def _one_after_the_other(self, client: aiohttp.ClientSession) -> None:
        while self._waiting:
            domain, body = self._waiting.pop()
            async with self._moved:
                self._begun += 1
                self._moved.notify_all()
            async with client.post(self._url, data=body) as response:
                self.answers[domain] = response.status
