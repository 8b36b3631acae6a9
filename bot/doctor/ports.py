"""The ports: whether it is our bot that answers where the settings tell it to listen."""

import asyncio
import smtplib
from collections.abc import Sequence

import aiohttp

from bot.doctor.greeting import Greeting, greeted
from bot.doctor.words import why
from bot.settings import Settings
from commands.doctor import Finding, Level
from ingest.listen import ListenAddress

SMTP, HTTP = "smtp", "http"
SECONDS = 5.0
FIRST_FREE_PORT = 1024
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""An address to listen on -> one to connect to."""


async def examine_smtp(settings: Settings) -> Sequence[Finding]:
    """Connect to every address on which mail is taken."""
    if not settings.smtp_listen:
        return [Finding(SMTP, Level.OK, "Switched off (TLSRPT_SMTP_LISTEN).")]
    return await asyncio.gather(*(_smtp(settings, address) for address in settings.smtp_listen))


async def _smtp(settings: Settings, address: ListenAddress) -> Finding:
    try:
        greeting = await asyncio.to_thread(greeted, reachable(address.host), address.port, SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        return Finding(SMTP, Level.WARNING, f"Nobody takes mail at {address}: {why(error)}.", _start_it(address))
    return judge_greeting(settings, address, greeting)


def judge_greeting(settings: Settings, address: ListenAddress, greeting: Greeting) -> Finding:
    """Tell our own greeting from that of another program. Pure."""
    if greeting.host != settings.report_domain:
        what_to_do = "Stop it, or let the bot listen elsewhere (TLSRPT_SMTP_LISTEN)."
        return Finding(SMTP, Level.ERROR, f"Another program takes mail at {address}: {greeting.host}.", what_to_do)
    if settings.smtp_tls_cert and not greeting.starttls:
        return Finding(SMTP, Level.WARNING, f"{address} does not offer STARTTLS yet.", "Start the bot again.")
    tls = "with STARTTLS" if greeting.starttls else "without STARTTLS"
    return Finding(SMTP, Level.OK, f"The bot takes mail at {address}, {tls}.")


async def examine_http(settings: Settings) -> Sequence[Finding]:
    """Ask every address on which HTTP is served, and the public one, whether it lives."""
    if not settings.http_listen:
        return [Finding(HTTP, Level.OK, "Switched off (TLSRPT_HTTP_LISTEN).")]
    asked = [_http(f"http://{_netloc(one)}", _start_it(one)) for one in settings.http_listen]
    if settings.public_url:
        proxy = "Let the web server in front pass it on to the bot (TLSRPT_PUBLIC_URL)."
        asked.append(_http(settings.public_url.rstrip("/"), proxy))
    return await asyncio.gather(*asked)


async def _http(url: str, what_to_do: str) -> Finding:
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client, client.get(f"{url}/healthz") as response:
            status = response.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return Finding(HTTP, Level.WARNING, f"{url} does not answer: {why(error)}.", what_to_do)
    if status != 200:  # noqa: PLR2004
        return Finding(HTTP, Level.ERROR, f"{url}/healthz answers {status}: that is not the bot.", what_to_do)
    return Finding(HTTP, Level.OK, f"The bot answers at {url}.")


def reachable(host: str) -> str:
    """Return where to connect to reach what listens on a host."""
    return EVERYWHERE.get(host, host)


def _netloc(address: ListenAddress) -> str:
    return str(ListenAddress(reachable(address.host), address.port))


def _start_it(address: ListenAddress) -> str:
    rights = " Ports below 1024 need a right: see deploy/tlsrpt-bot.service." if address.port < FIRST_FREE_PORT else ""
    return f"Start it: `tlsrpt-bot run`.{rights}"
