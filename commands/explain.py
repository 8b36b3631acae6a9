"""`explain`: a result type in plain words."""

from typing import TYPE_CHECKING, Any

from commands.arguments import did_you_mean
from commands.knowledge.entry import ResultType
from commands.knowledge.reason_codes import ReasonCode, known_reason
from commands.language import usage
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.quoting import quoted
from commands.reply import Reply, Table
from commands.result_types import RESULT_TYPES, is_known, known_type, meant_type, nearest_type, normal_name
from storage.failure_totals import is_reported

if TYPE_CHECKING:
    from commands.context import Context


async def answer(question: Question, context: "Context") -> Reply:
    """Answer from the question alone, but for a type that is known only if a sender has used it."""
    text = question.values.get("type")
    if text and not is_known(text) and known_reason(text) is None:
        name = normal_name(text)
        if not await context.read(lambda connection: is_reported(connection, name)):
            raise _unknown_type(text)
    return present(text)


EXPLAIN = Command(
    name="explain",
    summary="A failure type in plain words: meaning, usual causes, how to confirm, how to fix",
    answer=answer,
    parameters=(Parameter("type", Kind.RESULT_TYPE, "a failure type, or the reason code of a sender"),),
    examples=("explain certificate-expired", "explain MX_HOSTS_MISMATCH"),
)


def _unknown_type(text: str) -> UsageError:
    hint = did_you_mean(meant_type(text)) or f" `{EXPLAIN.name}` lists the failure types."
    message = f"{quoted(text)} is no failure type: RFC 8460 does not list it, and no report that counts names it.{hint}"
    return UsageError("bad-type", message, usage(EXPLAIN))


def present(text: str | None) -> Reply:
    """Say what is known of `text`: a listed type, a sender's reason code, or what a type of a sender may mean. Pure."""
    if not text:
        return _list()
    entry = known_type(text)
    if entry is not None:
        return _known(entry)
    reason = known_reason(text)
    return _reason(text, reason) if reason else _unlisted(text, nearest_type(text))


def _known(entry: ResultType) -> Reply:
    return Reply(
        title=f"{entry.name}: {entry.in_short}",
        sentences=(entry.meaning, *_advice(entry)),
        code=_commands(entry),
        notes=(entry.reference,),
        next_step="status",
        data=_data(entry.name, entry, known=True, meaning=entry.meaning),
    )


def _unlisted(text: str, near: ResultType | None) -> Reply:
    """Explain the nearest type instead: the list is open (RFC 8460 section 6.6), senders may use types of their own."""
    meaning = "RFC 8460 does not list this type; senders may use types of their own, and it counts as a failure."
    if near is None:
        return Reply(
            title=f"{quoted(text)} is not a type that is known here",
            sentences=(meaning, "The failure reason code in the report may say more."),
            next_step="explain",
            data=_data(text, None, known=False, meaning=meaning),
        )
    meaning += f" By its words it is nearest to {near.name}: {near.in_short}."
    return Reply(
        title=f"{quoted(text)} is not a listed type. The nearest one is {near.name}",
        sentences=(meaning, f"What follows is about {near.name}.", *_advice(near)),
        code=_commands(near),
        notes=(near.reference,),
        next_step=f"explain {near.name}",
        data=_data(text, near, known=False, meaning=meaning),
    )


def _reason(text: str, reason: ReasonCode) -> Reply:
    entry = RESULT_TYPES[reason.result_type]
    meaning = f"A failure reason code, which senders write beside the failure type. It means: {reason.meaning}."
    return Reply(
        title=f"{quoted(text)}: {reason.meaning}",
        sentences=(f"This is a failure reason code. What follows is about {entry.name}.", *_advice(entry)),
        code=_commands(entry),
        notes=(f"RFC 8460 section 4.4; {entry.reference}",),
        next_step=f"explain {entry.name}",
        data=_data(text, entry, known=False, meaning=meaning),
    )


def _list() -> Reply:
    rows = tuple((entry.name, entry.family.value, entry.in_short) for entry in RESULT_TYPES.values())
    return Reply(
        title="Failure types that senders report",
        tables=(Table(heads=("Type", "Family", "In short"), rows=rows),),
        notes=("RFC 8460 section 4.3; certificate-not-valid-yet and not-itemised are not in it.",),
        next_step="explain certificate-expired",
        data={
            "result_types": [{"result_type": name, "kind": kind, "meaning": meaning} for name, kind, meaning in rows]
        },
    )


def _advice(entry: ResultType) -> tuple[str, ...]:
    return (
        f"Effect on mail. {entry.effect}",
        f"Who sees it. {entry.who}",
        "Usual causes, the most frequent first:",
        *_numbered(entry.causes),
        "How to fix it:",
        *_numbered(entry.fix),
        "How to confirm it, with the names of example.com:",
    )


def _numbered(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def _commands(entry: ResultType) -> str:
    return "\n".join(f"# {look.shows}\n{look.command}" for look in entry.confirm)


def _data(name: str, entry: ResultType | None, *, known: bool, meaning: str) -> dict[str, Any]:
    """Give an unlisted type the advice for the nearest one, named in `nearest`."""
    return {
        "result_type": name,
        "known": known,
        "nearest": entry.name if entry and not known else None,
        "kind": entry.family.value if entry else None,
        "meaning": meaning,
        "effect": entry.effect if entry else "",
        "causes": list(entry.causes) if entry else [],
        "confirm": [look.command for look in entry.confirm] if entry else [],
        "fix": list(entry.fix) if entry else [],
        "reference": entry.reference if entry else "",
    }
