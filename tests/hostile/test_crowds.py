"""Many connections, many mails, many guesses against the real program: who makes them waits, and nobody else does."""

import asyncio

from tests.hostile.attacked import MIB, RECIPIENT, assert_honest_report_gets_in, deliver, forget_peak, peak_bytes
from tests.smtp_client import RawClient

TURN_OF_A_MINUTE = 2
"""So many times a limit by the minute may be used up by a test in whose midst another minute begins."""


async def test_nobody_waits_while_thousands_of_commands_are_obeyed(program):
    clients = [await RawClient.connect(program.smtp_port, local="127.0.2.1") for _ in range(40)]
    for client in clients:
        await client.greet()
        await client.send(b"NOOP\r\n" * 290)
    await assert_honest_report_gets_in(program)
    for client in clients:
        await client.close()


async def test_who_guesses_in_many_sessions_is_cut_sooner(program):
    asked = 0
    for _ in range(8):
        async with await RawClient.connect(program.smtp_port, local="127.0.3.1") as client:
            await client.greet()
            await client.say(b"MAIL FROM:<>\r\n")
            await client.send(b"RCPT TO:<guess@localhost>\r\n" * 20 + b"QUIT\r\n")
            asked += (await client.rest()).count(b"550 5.1.1")
    assert asked <= 60 * TURN_OF_A_MINUTE
    await assert_honest_report_gets_in(program)


async def test_many_mails_from_one_address_come_again_later_and_others_need_not(program):
    async with await RawClient.connect(program.smtp_port, local="127.0.4.1") as client:
        await client.greet()
        answer = "250"
        mails = 0
        while answer.startswith("250"):
            mails += 1
            answer = await client.say(b"MAIL FROM:<>\r\n")
            await client.send(b"RCPT TO:<" + RECIPIENT + b">\r\nDATA\r\n")
            following = await client.replies(2)
            if following[1].startswith("354"):
                await client.say(b"x\r\n.\r\n")
    assert answer.startswith("450 4.7.1 ")
    assert [reply[:9] for reply in following] == ["450 4.7.1"] * 2, "nothing pipelined behind it is refused for good"
    assert 300 <= mails - 1 <= 300 * TURN_OF_A_MINUTE
    await assert_honest_report_gets_in(program)


async def test_many_new_connections_from_one_address_come_again_later_and_others_need_not(program):
    answers = []
    for _ in range(300):
        async with await RawClient.connect(program.smtp_port, local="127.0.5.1") as client:
            answers.append((await client.reply())[-1][:9])
    assert 120 <= answers.count("220 local") <= 120 * TURN_OF_A_MINUTE
    assert answers[-1] == "421 4.7.0"
    await assert_honest_report_gets_in(program)


async def test_many_connections_at_once_from_one_address_come_again_later_and_others_need_not(program):
    clients = [await RawClient.connect(program.smtp_port, local="127.0.6.1") for _ in range(60)]
    answers = [(await client.reply())[-1][:9] for client in clients]
    assert answers == ["220 local"] * 50 + ["421 4.7.0"] * 10
    await assert_honest_report_gets_in(program)
    await asyncio.gather(*(client.close() for client in clients))


async def test_two_hundred_slow_senders_of_the_largest_mail_are_borne(program):
    """200 connections, each with all but the end of a mail of the largest size."""
    forget_peak(program)
    before = peak_bytes(program)

    async def send_slowly(number):
        client = await RawClient.connect(program.smtp_port, local=f"127.0.7.{1 + number // 25}")
        await client.until_data(RECIPIENT)
        for _ in range(10 * 16 - 1):
            await client.send(b"x" * (MIB // 16))
        return client

    clients = await asyncio.gather(*map(send_slowly, range(200)))
    await assert_honest_report_gets_in(program)
    answers = [answer[:9] for answer in await asyncio.gather(*(client.say(b"\r\n.\r\n") for client in clients))]
    assert peak_bytes(program) - before < 3 * 256 * MIB, "the budget, and what growing buffers take for a moment"
    assert set(answers) == {"250 2.0.0", "452 4.3.1"}, "who found no room is told to come again"
    assert answers.count("250 2.0.0") >= 10
    await assert_honest_report_gets_in(program)
    await asyncio.gather(*(client.close() for client in clients))


async def test_refusals_fill_no_log(program):
    before = len(program.log)
    for _ in range(5):
        async with await RawClient.connect(program.smtp_port, local="127.0.8.1") as client:
            await client.greet()
            await client.send(b"FROB\r\n" * 30)
            await client.rest()
    await deliver(program, b"x", local="127.0.8.2")
    assert len(program.log) - before < 10_000
