import pytest

from bot.dispatch import Outcome
from commands.explain import present
from commands.language import parse
from commands.result_types import RESULT_TYPES
from tests.asking import answered, ask, said, take, told
from tests.builders import failure, policy
from tests.command_declarations import declarations

KEYS = {"result_type", "known", "meaning", "effect", "causes", "confirm", "fix", "reference"}


@pytest.mark.parametrize("name", RESULT_TYPES)
def test_a_known_type_is_explained_in_full(name):
    reply = present(name)
    assert reply.title == f"{name}: {RESULT_TYPES[name].in_short}"
    assert set(reply.data) >= KEYS
    assert reply.data["known"] is True
    assert reply.data["result_type"] == name
    assert all(reply.data[key] for key in KEYS)
    assert all(command in reply.code for command in reply.data["confirm"])
    assert any(sentence.startswith("1. ") for sentence in reply.sentences)


async def test_the_command_answers_a_typed_question():
    question = parse("explain Certificate Expired", declarations(), known_domains=tuple)
    reply = await question.command.answer(question, None)
    assert reply.data["result_type"] == "certificate-expired"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("nonsense", "`explain` lists the failure types."),
        ("foo bar", "`explain` lists the failure types."),
        ("certificate-expird", "Did you mean `certificate-expired`?"),
        ("certificate-revoked", "Did you mean `certificate-not-trusted`?"),
    ],
)
async def test_a_type_that_nobody_lists_or_reports_is_a_mistake_and_the_nearest_one_is_named(db, typed, hint):
    take(db, told(policy(9, 1, failure("frobnicate", 1))))
    found = await ask(db, f"explain {typed}")
    assert (found.outcome, found.code) == (Outcome.USAGE, "bad-type")
    assert hint in found.message
    assert "explain [TYPE]" in found.message


@pytest.mark.parametrize("typed", ["frobnicate-badly", "FROBNICATE_BADLY", "frobnicate badly"])
async def test_a_type_that_a_sender_uses_is_explained_although_the_rfc_does_not_list_it(db, typed):
    take(db, told(policy(9, 1, failure("frobnicate-badly", 1), policy_domain="other.example")))
    reply = await answered(db, f"explain {typed}")
    assert (reply.data["known"], reply.data["nearest"]) == (False, None)
    assert "senders may use types of their own" in said(reply)


async def test_a_listed_type_and_a_reason_code_are_explained_without_a_database():
    for typed in ("tlsa invalid", "MX_HOSTS_MISMATCH"):
        question = parse(f"explain {typed}", declarations(), known_domains=tuple)
        assert (await question.command.answer(question, None)).code


def test_without_a_type_all_are_listed():
    reply = present(None)
    assert [row["result_type"] for row in reply.data["result_types"]] == list(RESULT_TYPES)
    assert len(reply.tables[0].rows) == len(RESULT_TYPES)


def test_an_unlisted_type_is_explained_by_the_nearest_one():
    reply = present("certificate-revoked")
    assert reply.data["known"] is False
    assert reply.data["nearest"] == "certificate-not-trusted"
    assert "certificate-not-trusted" in reply.title
    assert reply.data["causes"]
    assert reply.next_step == "explain certificate-not-trusted"


def test_a_type_that_is_like_nothing_is_said_to_be_unknown():
    reply = present("frobnicate")
    assert reply.data["known"] is False
    assert reply.data["nearest"] is None
    assert reply.data["causes"] == []
    assert reply.next_step == "explain"


def test_a_reason_code_is_explained_with_the_type_it_belongs_to():
    reply = present("mx-hosts-mismatch")
    assert "not named in the MTA-STS policy" in reply.title
    assert reply.next_step == "explain validation-failure"


def test_a_hostile_type_is_quoted_cleaned_and_bounded():
    reply = present("\x1b[31m`" + "x" * 5000)
    assert "\x1b" not in reply.title
    assert len(reply.title) < 150
