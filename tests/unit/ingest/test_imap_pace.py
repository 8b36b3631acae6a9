"""Pauses before a mailbox is tried again."""

from ingest.imap.pace import Pace, Pauses


def test_pauses_grow_as_long_as_attempts_fail_and_begin_anew_after_a_steady_connection():
    pauses = Pauses(Pace())
    assert [pauses.after(0) for _ in range(12)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert [pauses.after(seconds) for seconds in (59, 60, 0, 0)] == [600, 1, 2, 4]


def test_the_folder_is_looked_at_every_quarter_of_an_hour_at_least():
    assert Pace().idle <= 15 * 60
    assert Pace().poll <= 60
