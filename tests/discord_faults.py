"""What goes wrong at Discord, on request, and how it is answered."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.wire_faults import AnswerLost, Broken, Slow


@dataclass(frozen=True)
class RateLimited:
    """Answer 429; without `via` as the network in front of Discord does it."""

    seconds: float
    via: bool = True
    everywhere: bool = False
    """The limit is that of all calls."""


@dataclass(frozen=True)
class Refused:
    """Answer with a status and Discord's code and words."""

    status: int
    code: int
    words: str = "No"


Fault = RateLimited | Refused | Broken | AnswerLost | Slow


def answer_to(fault: Fault | None) -> web.Response | None:
    if isinstance(fault, RateLimited):
        body = {"message": "You are being rate limited.", "retry_after": fault.seconds, "global": fault.everywhere}
        headers = {"Retry-After": str(fault.seconds)} | ({"Via": "1.1 google"} if fault.via else {})
        return as_json(body, status=429, headers=headers)
    if isinstance(fault, Refused):
        return refused(fault.status, fault.code, fault.words)
    if isinstance(fault, Broken):
        return web.Response(status=fault.status, text="<html>out of order</html>", content_type="text/html")
    return None


def refused(status: int, code: int, words: str) -> web.Response:
    return as_json({"code": code, "message": words}, status)


def as_json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py compares the type to the letter: with aiohttp's "; charset=utf-8" behind it, it would read text.
    type_ = {"Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=type_ | (headers or {}))
