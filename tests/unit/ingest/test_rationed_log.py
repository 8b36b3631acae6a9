"""Log lines by the minute."""

import structlog
from structlog.testing import capture_logs

from ingest.rationed_log import RationedLog


def test_so_many_lines_a_minute_of_each_event_and_the_next_says_how_many_were_left_out():
    now = [0.0]
    log = RationedLog(structlog.get_logger(), 2, lambda: now[0])
    with capture_logs() as lines:
        for number in range(5):
            log.write("info", "first", number=number)
        log.write("warning", "second")
        now[0] = 60
        log.write("info", "first", number=9)
        log.write("info", "first", number=10)
    assert [(line["event"], line.get("number"), line.get("left_out_before")) for line in lines] == [
        ("first", 0, None),
        ("first", 1, None),
        ("second", None, None),
        ("first", 9, 3),
        ("first", 10, None),
    ]
