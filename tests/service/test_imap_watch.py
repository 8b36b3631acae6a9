"""A mailbox is read all the time: each mail once, in order, whatever the server and the network do."""

import pytest

from ingest.imap.pace import Pace
from ingest.smtp.values import OurFault
from storage.mailboxes import Position
from tests.imap_server import ARRIVED, running_imap_server
from tests.imap_watching import MOST, Box, until, watching


@pytest.fixture
async def server():
    async with running_imap_server() as running:
        yield running


@pytest.fixture
def box():
    return Box()


async def test_mails_that_are_there_are_read_in_order_and_nothing_is_changed(server, box):
    uids = server.deliver(*(b"mail %d" % number for number in range(70)))
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
    assert box.taken == [b"mail %d" % number for number in range(70)]
    assert set(box.dates) == {ARRIVED}
    assert box.position == Position(7, uids[-1])
    allowed = {"CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE", "DONE"}
    assert set(server.commands) <= allowed


async def test_an_empty_mailbox_is_read_too(server, box):
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
    assert box.taken == []
    assert watch.state.fault is None


async def test_news_are_told_while_idling(server, box):
    async with watching(server, box):
        await until(lambda: "IDLE" in server.commands)
        server.deliver(b"one")
        await until(lambda: box.taken == [b"one"])
        server.deliver(b"two", b"three")
        await until(lambda: box.taken == [b"one", b"two", b"three"])
    assert max(server.fetched.values()) == 1


async def test_news_may_be_told_before_the_server_says_that_it_idles(server, box):
    server.before_idling = b"* 1 EXISTS\r\n"
    async with watching(server, box):
        await until(lambda: server.count("UID SEARCH") >= 3)


async def test_what_else_is_said_before_the_server_idles_is_no_news(server, box):
    server.before_idling = b"* OK hello\r\n* FLAGS (x)\r\n"
    async with watching(server, box):
        await until(lambda: "IDLE" in server.commands)
        server.deliver(b"one")
        await until(lambda: box.taken == [b"one"] and server.commands[-1] == "IDLE")
        assert server.count("IDLE") == 2


async def test_without_idle_the_folder_is_looked_at_again_and_again(server, box):
    server.capabilities = "IMAP4rev1"
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
        server.deliver(b"one")
        await until(lambda: box.taken == [b"one"])
    assert "IDLE" not in server.commands


async def test_the_folder_is_looked_at_even_if_no_news_are_told(server, box):
    async with watching(server, box, Pace(idle=0.02, breath=0)) as watch:
        await until(lambda: watch.state.read_at)
        told, server.connections = server.connections, set()
        server.deliver(b"one")
        server.connections = told
        await until(lambda: box.taken == [b"one"])


async def test_news_that_come_with_the_answer_to_a_search_are_not_overlooked(server, box):
    def search(tag, _arguments):
        del server.says["UID SEARCH"]
        server.deliver(b"one")
        for connection in server.connections:
            connection.news.clear()
        return b"* SEARCH\r\n* 1 EXISTS\r\n" + tag + b" OK done\r\n"

    server.says["UID SEARCH"] = search
    async with watching(server, box):
        await until(lambda: box.taken == [b"one"])


async def test_what_was_read_is_not_read_again_over_another_connection(server, box):
    server.deliver(b"one")
    async with watching(server, box):
        await until(lambda: box.taken == [b"one"])
        await until(lambda: "IDLE" in server.commands)
        server.cut()
        server.deliver(b"two")
        await until(lambda: box.taken == [b"one", b"two"])
    assert server.fetched == {1: 1, 2: 1}


async def test_a_mailbox_that_is_numbered_anew_is_read_again(server, box):
    box.position = Position(3, 500)
    server.deliver(b"one")
    async with watching(server, box):
        await until(lambda: box.position == Position(7, 1))
    assert box.taken == [b"one"]


async def test_that_a_mailbox_without_mails_is_numbered_anew_is_said_once(server, box, capsys):
    box.position = Position(3, 500)
    server.capabilities = "IMAP4rev1"
    async with watching(server, box):
        await until(lambda: server.count("EXAMINE") > 3)
    assert "".join(capsys.readouterr()).count("numbers the mailbox anew") == 1


async def test_a_fault_of_ours_leaves_the_position_and_is_tried_again(server, box):
    server.deliver(*(b"%d" % number for number in range(10)))
    box.faults = 1
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
    assert sorted(set(box.taken)) == [b"%d" % number for number in range(10)]
    assert box.position == Position(7, 10)


async def test_a_position_that_cannot_be_kept_is_told_and_no_mail_is_passed(server, box):
    server.deliver(b"one")

    async def move(_position):
        raise OurFault("the database is gone")

    box.move = move
    async with watching(server, box) as watch:
        await until(lambda: watch.state.fault)
        assert "the database is gone" in watch.state.fault.detail
        del box.move
        await until(lambda: watch.state.read_at)
    assert box.position == Position(7, 1)


async def test_mails_of_all_sizes_come_whole_and_those_too_large_are_left_out(server, box):
    large, too_large = b"L" * 200_000, b"X" * (MOST + 1)
    server.deliver(b"small", large, too_large, b"after")
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
    assert box.taken == [b"small", large, b"after"]
    assert server.fetched[3] == 0
    assert box.position == Position(7, 4)


@pytest.mark.parametrize("told", [1, 150_000])
async def test_a_size_that_is_wrong_costs_no_mail(server, box, told):
    large, too_large = b"L" * 200_000, b"X" * (2 * MOST)
    server.deliver(b"small", large, too_large, b"after", told_size=told)
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
    assert box.taken == [b"small", large, b"after"]


async def test_the_uid_may_stand_after_the_mail(server, box):
    server.uid_after_body = True
    server.deliver(b"one", b"two")
    async with watching(server, box):
        await until(lambda: box.taken == [b"one", b"two"])


async def test_a_mail_that_is_gone_meanwhile_is_passed(server, box):
    server.deliver(b"one", b"two", b"three")

    def fetch(tag, arguments):
        if "BODY" not in arguments:
            del server.says["UID FETCH"]
            server.mails = server.mails[:1]
            return b'* 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE "nonsense")\r\n' + tag + b" OK done\r\n"
        raise AssertionError

    server.says["UID FETCH"] = fetch
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
    assert (box.taken, box.dates) == ([b"one"], [None])
    assert box.position == Position(7, 3)


async def test_a_mail_that_was_not_asked_for_is_not_taken(server, box):
    server.deliver(b"one")

    def fetch(tag, arguments):
        if "BODY" not in arguments:
            return b"* 9 FETCH (UID 99 RFC822.SIZE 3)\r\n* 1 FETCH (UID 1 RFC822.SIZE 3)\r\n" + tag + b" OK done\r\n"
        other, own = (
            b"* %d FETCH (UID %d BODY[]<0> {5}\r\n%b)\r\n" % one for one in ((9, 99, b"other"), (1, 1, b"own  "))
        )
        return other + own + tag + b" OK done\r\n"

    server.says["UID FETCH"] = fetch
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
    assert box.taken == [b"own  "]
    assert box.position == Position(7, 1)


async def test_what_others_do_in_the_mailbox_meanwhile_disturbs_nothing(server, box):
    server.deliver(b"one", b"two")

    def fetch(tag, arguments):
        if "BODY" not in arguments:
            return b"* 1 FETCH (UID 1 RFC822.SIZE 3)\r\n* 2 FETCH (UID 2 RFC822.SIZE 3)\r\n" + tag + b" OK done\r\n"
        return (
            b"* 7 FETCH (UID 70 FLAGS (\\Seen))\r\n* 2 FETCH (BODY[]<0> {3}\r\ntwo UID 2)\r\n* 8 FETCH (FLAGS ())\r\n"
            b"* 3 EXPUNGE\r\n* 1 FETCH (UID 1 BODY[]<0> {3}\r\none FLAGS ())\r\n" + tag + b" OK done\r\n"
        )

    server.says["UID FETCH"] = fetch
    async with watching(server, box) as watch:
        await until(lambda: watch.state.read_at)
    assert box.taken == [b"one", b"two"]
