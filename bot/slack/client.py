"""Clients for Slack's Web API, and how its refusals are read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

SLACK_API = AsyncWebClient.BASE_URL
CALL_SECONDS = 15
LONGEST_WAIT_SECONDS = 3_600.0
HTTP_TOO_MANY = 429
RATE_LIMITED = "ratelimited"

CALL_FAILURES = (SlackApiError, ClientError, TimeoutError, OSError, ValueError, AttributeError)
"""What a call may raise; the last two when a proxy answers with something that is no JSON object."""

TEMPORARY = frozenset(
    {
        RATE_LIMITED,
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "message_limit_exceeded",
        "org_login_required",
    }
)
"""Words of refusals that pass by themselves."""

TOKEN_REFUSED = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
"""Words of refusals that concern a token."""

BLOCKS_REFUSED = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "msg_blocks_too_long",
        "only_one_table_allowed",
    }
)
"""Words with which Slack refuses the blocks of a message and not the message."""

LITERAL: Mapping[str, Any] = MappingProxyType(
    {"mrkdwn": False, "link_names": False, "parse": "none", "unfurl_links": False, "unfurl_media": False}
)
"""Settings with which Slack makes nothing of a message's text but text."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed."""

    word: str
    """Slack's own word (`channel_not_found`), `http-503`, `unreachable` (nothing was sent) or `answer-lost`."""
    refused: bool
    """Slack read the call and did nothing."""
    retry_after: float | None = None
    """Seconds that Slack asks to wait."""
    needed: str = ""
    """The scope that is missing."""


def web_client(token: str, api_url: str | None = None) -> AsyncWebClient:
    """Make a client for reads: it repeats a call that broke off, and never waits out a rate limit."""
    return AsyncWebClient(token=token, base_url=api_url or SLACK_API, timeout=CALL_SECONDS)


def posting_client(client: AsyncWebClient) -> AsyncWebClient:
    """Make a client that never repeats a call: a message whose answer was lost must not appear twice."""
    return AsyncWebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        retry_handlers=[],
    )


def unsent_only() -> AsyncConnectionErrorRetryHandler:
    """Repeat a call only where no connection was made, that is where nothing can have been done."""
    return AsyncConnectionErrorRetryHandler(error_types=[ClientConnectorError])


def failure(error: BaseException) -> Failure:
    """Read what a call raised."""
    if isinstance(error, ClientConnectorError):
        return Failure("unreachable", refused=False)
    if not isinstance(error, SlackApiError):
        return Failure("answer-lost", refused=False)
    body = _body(error)
    status = int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0))
    word = RATE_LIMITED if status == HTTP_TOO_MANY else str(body.get("error") or f"http-{status}")
    return Failure(
        word=word,
        refused="error" in body or 400 <= status < 500,  # noqa: PLR2004
        retry_after=retry_after(error.response.headers) if word == RATE_LIMITED else None,
        needed=str(body.get("needed") or ""),
    )


def _body(error: SlackApiError) -> dict[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def retry_after(headers: Any) -> float | None:
    """Read how many seconds Slack asks to wait; None where it names no number."""
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(found)
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS) if math.isfinite(seconds) else None
