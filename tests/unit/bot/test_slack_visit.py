"""Payloads of commands and buttons, sound and broken, and what is remembered of them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack.access import Standing, Workspace, standing_of
from bot.slack.memory import ShortMemory
from bot.slack.visit import button_visit, command_visit, typed_text
from commands.words import LONGEST_TEXT

COMMAND = {
    "trigger_id": "1.2",
    "team_id": "T0OWN",
    "user_id": "U0ANN",
    "channel_id": "C0OPS",
    "channel_name": "mail-ops",
    "text": " status example.com ",
    "response_url": "https://hooks.example/1",
}
BUTTON = {
    "trigger_id": "1.2",
    "team": {"id": "T0OWN"},
    "user": {"id": "U0ANN", "team_id": "T0OTHER"},
    "channel": {"id": "C0OPS", "name": "mail-ops"},
    "actions": [{"action_id": "tlsrpt_share", "value": "status example.com"}],
    "response_url": "https://hooks.example/1",
}
OWN = Workspace(team="T0OWN", enterprise="E0OWN")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*COMMAND, *BUTTON, "id"]), inner),
    max_leaves=20,
)


def test_a_command_is_read():
    visit = command_visit(COMMAND)
    assert visit is not None
    assert (visit.text, visit.team, visit.user, visit.channel) == ("status example.com", "T0OWN", "U0ANN", "C0OPS")
    assert visit.share is False


def test_a_line_that_is_too_long_for_a_question_stays_too_long_so_that_it_is_refused():
    visit = command_visit(COMMAND | {"text": "record example.com mx=" + "x" * 9_000})
    assert visit is not None
    assert LONGEST_TEXT < len(visit.text) <= 4_000


def test_a_button_is_read_with_the_presser_s_own_team():
    visit = button_visit(BUTTON)
    assert visit is not None
    assert (visit.text, visit.team, visit.user_team, visit.share) == ("status example.com", "T0OWN", "T0OTHER", True)


@pytest.mark.parametrize("missing", ["trigger_id", "team_id", "user_id", "channel_id", "response_url"])
def test_a_command_without_what_is_needed_is_no_visit(missing: str):
    assert command_visit(COMMAND | {missing: None}) is None


@pytest.mark.parametrize("broken", [[], [None], [{}], None, "x", [{"value": 5}], {"value": "status"}])
def test_a_button_without_a_command_is_no_visit(broken: object):
    assert button_visit(BUTTON | {"actions": broken}) is None


def test_a_command_without_text_asks_for_help():
    visit = command_visit(COMMAND | {"text": ""})
    assert visit is not None
    assert visit.text == ""


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine the first draw takes seconds
@given(st.dictionaries(st.sampled_from([*COMMAND, *BUTTON]), JSON))
def test_no_payload_whatever_raises(body: dict[str, object]):
    for visit in (command_visit(body), button_visit(body)):
        assert visit is None or all((visit.trigger, visit.team, visit.user, visit.channel, visit.response_url))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("status <http://example.com|example.com> 30d", "status example.com 30d"),
        ("note <mailto:a@b.example|a@b.example>", "note a@b.example"),
        ("record x rua=<https://a.example/b>", "record x rua=https://a.example/b"),
        ("note a &lt; b &amp;amp; c", "note a < b &amp; c"),
        ("  status  ", "status"),
        ("status <@U123>", "status <@U123>"),
    ],
)
def test_what_slack_did_to_typed_text_is_undone(typed: str, meant: str):
    assert typed_text(typed) == meant


def test_typed_text_is_bounded():
    assert len(typed_text("x" * 100_000)) == 4_000


@pytest.mark.parametrize(
    ("user", "standing"),
    [
        ({"team_id": "T0OWN", "is_admin": True}, Standing(is_stranger=False, is_admin=True)),
        ({"team_id": "T0OWN", "is_owner": True}, Standing(is_stranger=False, is_admin=True)),
        ({"team_id": "T0OWN", "is_primary_owner": True}, Standing(is_stranger=False, is_admin=True)),
        ({"team_id": "T0OWN", "is_admin": "yes"}, Standing(is_stranger=False, is_admin=False)),
        ({"team_id": "T0OWN", "is_admin": True, "deleted": True}, Standing(is_stranger=False, is_admin=False)),
        ({"team_id": "T0OWN"}, Standing(is_stranger=False, is_admin=False)),
        ({"team_id": "T0OTHER", "is_admin": True}, Standing(is_stranger=True, is_admin=False)),
        ({"team_id": "T0OWN", "is_stranger": True}, Standing(is_stranger=True, is_admin=False)),
        (
            {"team_id": "T0SISTER", "is_admin": True, "enterprise_user": {"enterprise_id": "E0OWN"}},
            Standing(is_stranger=False, is_admin=False),
        ),
        ({"team_id": "T0X", "enterprise_user": {"enterprise_id": "E0X"}}, Standing(is_stranger=True, is_admin=False)),
        (None, Standing(is_stranger=False, is_admin=False)),
    ],
)
def test_a_person_s_standing_follows_from_slack_s_user_object(user: object, standing: Standing):
    assert standing_of(user, OWN) == standing


def test_memory_forgets_after_its_time_and_beyond_its_size():
    now = [0.0]
    memory: ShortMemory[str, int] = ShortMemory(10, 2, lambda: now[0])
    memory.put("a", 1)
    now[0] = 9.9
    assert memory.get("a") == 1
    now[0] = 10.0
    assert memory.get("a") is None
    for name in "abc":
        memory.put(name, 2)
    assert [memory.get(name) for name in "abc"] == [None, 2, 2]
