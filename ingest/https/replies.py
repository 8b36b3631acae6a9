"""What an upload is answered with: a status, and one short JSON object. Pure."""

from dataclasses import dataclass, field
from http import HTTPStatus

from storage.arrival import Outcome

RETRY_SECONDS = 60
OUTCOMES = {
    Outcome.STORED: HTTPStatus.CREATED,
    Outcome.DUPLICATE: HTTPStatus.OK,
    Outcome.QUARANTINED: HTTPStatus.ACCEPTED,
    Outcome.IGNORED: HTTPStatus.ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the word and the sentence of the body, and what else the head says."""

    status: int
    word: str
    sentence: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    close: bool = False
    """The connection is of no use any more."""

    @property
    def body(self) -> dict[str, str]:
        return {"error": self.word, "message": self.sentence} if self.sentence else {"outcome": self.word}


class Refused(Exception):
    """An upload is not taken."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.word)
        self.answer = answer


def taken(outcome: Outcome) -> Answer:
    """Return the answer to an upload that is on disk."""
    return Answer(OUTCOMES[outcome], outcome.value)


def _later(status: int, word: str, sentence: str) -> Answer:
    return Answer(status, word, sentence, {"Retry-After": str(RETRY_SECONDS)})


UNKNOWN_ADDRESS = Answer(HTTPStatus.NOT_FOUND, "unknown-address", "No reports are taken here.")
EMPTY = Answer(HTTPStatus.BAD_REQUEST, "empty", "The request has no body.")
BROKEN_OFF = Answer(HTTPStatus.BAD_REQUEST, "broken-off", "The body did not come to its end.", close=True)
TOO_SLOW = Answer(HTTPStatus.REQUEST_TIMEOUT, "too-slow", "The body comes too slowly.", close=True)
TOO_LARGE = Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The body is larger than is allowed.")
TOO_MANY_REQUESTS = _later(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "Too many requests from your address.")
TOO_MANY_AT_ONCE = _later(HTTPStatus.TOO_MANY_REQUESTS, "too-many-at-once", "Too many uploads at once.")
TOO_BUSY = _later(HTTPStatus.SERVICE_UNAVAILABLE, "too-busy", "Too much comes at once.")
NOT_STORED = _later(HTTPStatus.SERVICE_UNAVAILABLE, "not-stored", "The report could not be stored now.")
