"""Who may come in, and how often: counts by address and in all, by a clock that is a parameter."""

import pytest

from ingest.smtp.connections import Connections
from ingest.smtp.rates import PerMinute
from ingest.smtp.reception import Reception
from ingest.smtp.refusals import Refusal
from ingest.smtp.values import SmtpLimits

STRANGER = "192.0.2.1"
OTHER = "192.0.2.2"
PREFIX = "2001:db8::/64"
TRUSTED = ""


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def connections(clock, make_room=lambda: False, **limits):
    return Connections(SmtpLimits(1_000, **limits), make_room, clock)


def test_strangers_are_limited_by_address_and_trusted_networks_are_not(clock):
    found = connections(clock, max_connections=10, max_connections_per_address=2)
    assert [found.admit(STRANGER) for _ in range(3)] == [None, None, Refusal.CONNECTIONS_OF_ADDRESS]
    assert found.admit(OTHER) is None
    assert [found.admit(TRUSTED) for _ in range(5)] == [None] * 5
    found.leave(STRANGER)
    assert found.admit(STRANGER) is None


def test_all_addresses_together_are_limited_and_the_trusted_with_them(clock):
    found = connections(clock, max_connections=3)
    assert [found.admit(one) for one in (STRANGER, PREFIX, TRUSTED, OTHER)] == [None] * 3 + [Refusal.CONNECTIONS]
    assert found.admit(TRUSTED) is Refusal.CONNECTIONS
    found.leave(PREFIX)
    assert found.admit(OTHER) is None


def test_when_all_connections_are_taken_room_is_made_but_not_for_one_over_its_share(clock):
    asked = []

    def make_room():
        asked.append(1)
        return True

    found = connections(clock, make_room, max_connections=2, max_connections_per_address=2)
    assert [found.admit(STRANGER) for _ in range(3)] == [None, None, Refusal.CONNECTIONS_OF_ADDRESS]
    assert not asked
    assert found.admit(OTHER) is None
    assert asked


def test_new_connections_are_counted_by_the_minute(clock):
    found = connections(clock, max_connections_per_minute_and_address=2)
    for expected in (None, None, Refusal.CONNECTION_RATE_OF_ADDRESS):
        assert found.admit(STRANGER) is expected
        if expected is None:
            found.leave(STRANGER)
    assert found.admit(OTHER) is None
    clock.now += 60
    assert found.admit(STRANGER) is None


def test_what_one_address_is_refused_does_not_use_up_what_all_have(clock):
    found = connections(clock, max_connections_per_minute=4, max_connections_per_minute_and_address=2)
    for _ in range(100):
        found.admit(STRANGER)
    assert [found.admit(OTHER) for _ in range(2)] == [None, None]
    assert found.admit(PREFIX) is Refusal.CONNECTION_RATE


def test_a_forwarded_connection_counts_for_the_address_that_the_proxy_names(clock):
    found = connections(clock, max_connections=3, max_connections_per_address=1, max_connections_per_minute=4)
    assert found.admit(TRUSTED) is None
    assert found.move(TRUSTED, STRANGER) is None
    assert found.admit(TRUSTED) is None
    assert found.move(TRUSTED, STRANGER) is Refusal.CONNECTIONS_OF_ADDRESS
    found.leave(TRUSTED)
    found.leave(STRANGER)
    assert [found.admit(one) for one in (TRUSTED, OTHER, PREFIX)] == [None, None, Refusal.CONNECTION_RATE]


def test_many_addresses_take_no_more_memory_than_all_may_come_in_a_minute(clock):
    found = connections(clock, max_connections=10**6, max_connections_per_minute=50)
    for minute in range(3):
        for number in range(1_000):
            if found.admit(f"2001:db8:{minute}:{number:x}::/64") is None:
                found.leave(f"2001:db8:{minute}:{number:x}::/64")
        clock.now += 60
    assert len(found._by_address) == 0
    assert len(found._rate._of_address._counts) == 50


def test_to_ask_whether_there_is_room_leaves_no_trace(clock):
    counts = PerMinute(1, clock)
    assert all(counts.has_room(f"key {number}") for number in range(1_000))
    assert len(counts._counts) == 0


def reception(clock, **limits):
    return Reception(None, SmtpLimits(1_000, **limits), None, lambda: False, clock)


def test_mails_are_counted_by_the_minute(clock):
    found = reception(clock, max_mails_per_minute=4, max_mails_per_minute_and_address=2)
    assert [found.count_mail(STRANGER) for _ in range(3)] == [None, None, Refusal.MAIL_RATE_OF_ADDRESS]
    assert [found.count_mail(TRUSTED) for _ in range(3)] == [None, None, Refusal.MAIL_RATE]
    clock.now += 60
    assert found.count_mail(STRANGER) is None


def test_unknown_recipients_are_counted_by_the_minute_and_not_for_trusted_networks(clock):
    found = reception(clock, max_unknown_recipients_per_minute_and_address=2)
    for _ in range(2):
        assert found.may_ask_for_recipients(STRANGER)
        found.count_unknown_recipient("guess@a.example", STRANGER, STRANGER)
    assert not found.may_ask_for_recipients(STRANGER)
    assert found.may_ask_for_recipients(OTHER)
    for _ in range(5):
        found.count_unknown_recipient("guess@a.example", "10.0.0.1", TRUSTED)
    assert found.may_ask_for_recipients(TRUSTED)


@pytest.mark.parametrize("refusal", Refusal)
def test_a_refusal_lets_honest_senders_come_again(refusal):
    assert refusal.reply.startswith("4") or refusal is Refusal.WITHOUT_END
    assert refusal.reply[4:9].split(".")[0] == refusal.reply[0], "enhanced code of the same class"
