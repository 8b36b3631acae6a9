"""The process dies while mails pour in: what was answered with 250 is there, once; nothing else is made up."""

import asyncio
import os
import random

from tests.program_mails import report_mail
from tests.program_pouring import CONNECTIONS, Pouring
from tests.program_process import Program, installed

ROUNDS = int(os.environ.get("CRASHES", "3"))
"""`make test-crash` asks for 50."""
MAILS_PER_ROUND = 90
SEED = 8460


async def crash_while_mails_pour_in(program: Program, mails: dict[str, bytes], chance: random.Random) -> set[str]:
    """Kill the bot at some moment; return the domains whose mails were answered with 250."""
    pouring = Pouring(program.smtp_port, mails)
    sending = asyncio.create_task(pouring.run())
    await pouring.until_sent(chance.randrange(5, MAILS_PER_ROUND - CONNECTIONS))
    await asyncio.sleep(chance.uniform(0, 0.02))  # not to wait for something: the moment of a crash is anybody's guess
    program.kill()
    await sending
    assert not pouring.refused
    return pouring.accepted


async def test_what_was_answered_with_250_survives_kill_9_and_counts_once(folder):
    chance = random.Random(SEED)
    sessions: dict[str, int] = {}
    mails: dict[str, bytes] = {}
    accepted: set[str] = set()
    async with installed(folder) as program:
        await program.start()
        for number in range(ROUNDS):
            batch = {f"d{number}-{mail}.example.com": mail for mail in range(1, MAILS_PER_ROUND + 1)}
            sessions |= batch
            mails |= {domain: report_mail(domain, total) for domain, total in batch.items()}
            accepted |= await crash_while_mails_pour_in(program, {one: mails[one] for one in batch}, chance)
            await program.start()
            kept = await program.sessions()
            assert accepted <= kept.keys(), "a mail that was answered with 250 is lost"
            assert kept == {domain: sessions[domain] for domain in kept}, "something counts twice, or was made up"

        assert 0 < len(kept) < len(mails), "the crashes came too early or too late to prove anything"
        again = Pouring(program.smtp_port, mails)
        await again.run()
        assert again.accepted == mails.keys()
        assert await program.sessions() == sessions
        await program.stop()
