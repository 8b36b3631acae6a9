"""Mails that pour into the program over several connections at once, until all are sent or the program is gone."""

import asyncio

from tests.program_mails import RECIPIENT, SENDER
from tests.smtp_client import RawClient

CONNECTIONS = 6


class Pouring:
    """Mails on their way, each about a domain of its own."""

    def __init__(self, port: int, mails: dict[str, bytes]) -> None:
        self._port = port
        self._waiting = list(mails.items())
        self._moved = asyncio.Condition()
        self.sent = 0
        """Mails that were sent to their last byte."""
        self.accepted: set[str] = set()
        """Domains whose mail was answered with 250."""
        self.refused: list[str] = []
        """Other answers to a whole mail."""

    async def run(self) -> None:
        """Send until all is sent or the other side says goodbye or is gone."""
        await asyncio.gather(*(self._one_connection() for _ in range(CONNECTIONS)))

    async def until_sent(self, number: int) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self.sent >= number)

    async def _one_connection(self) -> None:
        try:
            async with await RawClient.connect(self._port) as client:
                await client.greet()
                while self._waiting:
                    domain, body = self._waiting.pop()
                    if not await self._is_announced(client):
                        return
                    await self._one_mail(client, domain, body)
        except (OSError, EOFError):
            return

    async def _is_announced(self, client: RawClient) -> bool:
        """Announce a mail; False when the program takes no more."""
        for command in (f"MAIL FROM:<{SENDER}>", f"RCPT TO:<{RECIPIENT}>", "DATA"):
            if (await client.say(f"{command}\r\n".encode())).startswith("421"):
                return False
        return True

    async def _one_mail(self, client: RawClient, domain: str, body: bytes) -> None:
        await client.send(body + b".\r\n")
        async with self._moved:
            self.sent += 1
            self._moved.notify_all()
        reply = (await client.reply())[-1]
        if reply.startswith("250"):
            self.accepted.add(domain)
        else:
            self.refused.append(reply)
