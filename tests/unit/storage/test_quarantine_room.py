"""Who fills the quarantine pushes out his own mails first, and then whoever has the most."""

import random

from storage import quarantine_room
from storage.arrival import QuarantineKind
from storage.quarantine_room import LARGE_BATCH, LOOK_EVERY, Bounds, Kept, beyond, make_room
from storage.reception_tables import Quarantined
from storage.tables import Original
from tests.asking import rows, take
from tests.builders import delivery


def mails(*senders, size=1):
    """Return mails, the newest first, from one sender each."""
    return [Kept(id_, sender, size) for id_, sender in zip(range(len(senders), 0, -1), senders, strict=True)]


def unread(body, sender="a.example", kind=QuarantineKind.UNREADABLE):
    return delivery(kind=kind, reason="no-report", sender=sender, body=body)


def test_what_fits_stays():
    assert beyond(mails(*"aabbc"), Bounds(5, 5, 2, 2)) == []


def test_of_one_sender_the_oldest_go():
    assert beyond(mails(*"aaaba"), Bounds(10, 10**9, 2, 10**9)) == [3, 1]


def test_of_one_sender_the_oldest_go_that_do_not_fit():
    assert beyond(mails(*"aaa", size=60), Bounds(10, 10**9, 10, 100)) == [2, 1]


def test_a_mail_larger_than_the_share_of_its_sender_stays_until_the_next_comes():
    assert beyond(mails("a", size=500), Bounds(10, 10**9, 10, 100)) == []
    assert beyond(mails("a", size=5_000), Bounds(10, 1_000, 10, 100)) == []


def test_of_all_those_go_whose_sender_has_the_most_newer_ones():
    assert sorted(beyond(mails(*"aaabaca"), Bounds(4, 10**9, 100, 10**9))) == [1, 3, 5]


def test_who_sends_under_many_names_pushes_out_the_oldest():
    assert sorted(beyond(mails(*"abcdefgh"), Bounds(5, 10**9, 2, 10**9))) == [1, 2, 3]


def test_what_stays_is_within_the_bounds_whatever_came():
    generator = random.Random(8)
    for _ in range(200):
        kept = [
            Kept(id_, generator.choice("abcdef"), generator.randrange(1, 50))
            for id_ in range(generator.randrange(80), 0, -1)
        ]
        bounds = Bounds(generator.randrange(5, 30), generator.randrange(200, 600), generator.randrange(2, 9), 200)
        gone = set(beyond(kept, bounds))
        stay = [one for one in kept if one.id not in gone]
        assert len(stay) <= bounds.mails
        assert sum(one.size for one in stay) <= bounds.size
        for sender in {one.sender for one in kept}:
            mine = [one for one in stay if one.sender == sender]
            assert len(mine) <= bounds.mails_of_one
            assert sum(one.size for one in mine) <= bounds.size_of_one


def keep(db, bounds, *deliveries, shelf=quarantine_room.UNREADABLE):
    """Store what could not be read, and look for room as far as some bounds go."""
    take(db, *deliveries)
    with db.writing() as connection:
        return make_room(connection, deliveries, [(shelf, bounds)])


def test_room_is_looked_for_from_time_to_time_and_the_originals_go_too(db):
    bounds = Bounds(70, 10**9, 20, 10**9)
    keep(db, bounds, unread(b"honest", sender="honest.example"))
    removed = [keep(db, bounds, unread(b"%d" % number)) for number in range(LOOK_EVERY)]
    senders = [sender for (sender,) in rows(db, Quarantined, "sender")]
    assert senders.count("honest.example") == 1
    assert senders.count("a.example") == LOOK_EVERY - sum(removed) <= 21
    assert [number for number in removed if number] == [sum(removed)], "not with each mail"
    assert len(rows(db, Original, "id")) == len(senders)


def test_large_mails_are_looked_at_at_once(db):
    for number in range(3):
        keep(db, Bounds(70, 10**9, 20, LARGE_BATCH), unread(b"%d" % number * LARGE_BATCH))
    assert len(rows(db, Quarantined, "id")) == 1


def test_what_is_no_report_pushes_out_nothing_that_may_be_one(db):
    take(db, unread(b"?"))
    bounces = [unread(b"bounce %d" % number, kind=QuarantineKind.BOUNCE) for number in range(LOOK_EVERY)]
    keep(db, Bounds(2, 10**9, 2, 10**9), *bounces, shelf=quarantine_room.FILED)
    assert sorted(kind for (kind,) in rows(db, Quarantined, "kind")) == ["bounce", "bounce", "unreadable"]


def test_who_floods_the_door_leaves_room_for_the_others(db):
    take(db, unread(b"honest", sender="honest.example"))
    most = quarantine_room.BOUNDS_OF_UNREADABLE.mails_of_one
    for start in range(0, most + 400, 200):
        take(db, *(unread(b"%d" % number) for number in range(start, start + 200)))
    senders = [sender for (sender,) in rows(db, Quarantined, "sender")]
    assert senders.count("honest.example") == 1
    assert most <= senders.count("a.example") <= most + LOOK_EVERY
