"""What goes wrong at Slack, on request, and how it is answered."""

from dataclasses import dataclass

from aiohttp import web

from tests.wire_faults import AnswerLost, Broken, Slow


@dataclass(frozen=True)
class RateLimited:
    """Answer 429."""

    seconds: int


@dataclass(frozen=True)
class Refused:
    """Answer `ok: false` with a word, and the scope that is missing."""

    word: str
    needed: str = ""


Fault = RateLimited | Refused | Broken | AnswerLost | Slow


def answer_to(fault: Fault | None) -> web.Response | None:
    if isinstance(fault, RateLimited):
        headers = {"Retry-After": str(fault.seconds)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if isinstance(fault, Refused):
        needed = {"needed": fault.needed} if fault.needed else {}
        return web.json_response({"ok": False, "error": fault.word} | needed)
    if isinstance(fault, Broken):
        return web.Response(status=fault.status, text="<html>out of order</html>", content_type="text/html")
    return None
