"""`status` alone: registered domains first, the worst of them on top."""

from datetime import timedelta

from sqlalchemy import update

from commands.reply import Tone
from storage.tables import Domain, table
from tests.asking import answered, said, take, told
from tests.builders import DAY, policy
from tests.standing_alerts import open_alert


def about(name, ok, bad=0, **more):
    return told(policy(ok, bad, policy_domain=name), report_id=name, **more)


async def names(db, **more):
    return [row["domain"] for row in (await answered(db, "status", **more)).data["domains"]]


async def register(db, *domains):
    for name in domains:
        await answered(db, f"domain add {name}")


async def test_registered_domains_come_first_and_the_worst_of_them_on_top(db):
    take(
        db,
        about("fine.example", 100),
        about("bad.example", 50, 50),
        about("worse.example", 10, 90),
        about("burning.example", 100),
        about("stranger.example", 0, 100),
        about("calm-stranger.example", 100),
    )
    await register(db, "fine.example", "bad.example", "worse.example", "burning.example", "silent.example")
    open_alert(db, "critical", "burning.example")
    assert await names(db) == [
        *("burning.example", "worse.example", "bad.example", "silent.example", "fine.example"),
        *("stranger.example", "calm-stranger.example"),
    ]


async def test_every_row_has_the_fields_of_the_contract(db):
    take(db, about("example.com", 90, 10))
    await register(db, "example.com")
    open_alert(db, "warning", "example.com")
    data = (await answered(db, "status")).data
    assert (data["from"], data["to"]) == ("2026-02-08", "2026-03-09")
    assert data["domains"] == [
        {
            "domain": "example.com",
            "registered": True,
            "verdict": "warning",
            "sessions": {"total": 100, "successful": 90, "failed": 10},
            "success_rate": 0.9,
            "newest_day": "2026-03-09",
            "open_alerts": [1],
        }
    ]


async def test_strangers_stand_in_a_table_of_their_own_and_what_is_wrong_there_is_said(db):
    take(db, about("example.com", 100), about("stranger.example", 0, 100))
    await register(db, "example.com")
    reply = await answered(db, "status")
    assert [drawn.title for drawn in reply.tables] == ["Registered", "Seen in reports, not registered"]
    assert (reply.tone, reply.next_step) == (Tone.WARNING, "status stranger.example")
    assert reply.title == "2 domains: 1 with a warning, 1 all right, 8 Feb to 9 Mar."


async def test_a_domain_has_the_same_verdict_here_and_alone(db):
    take(
        db,
        about("fine.example", 100),
        about("bad.example", 50, 50),
        about("no-session.example", 0),
        about("old.example", 100, day=DAY - timedelta(days=200)),
        about("held.example", 100, held=True),
    )
    await register(db, "silent.example", "no-session.example")
    for row in (await answered(db, "status")).data["domains"]:
        alone = (await answered(db, f"status {row['domain']}")).data
        assert (row["verdict"], row["sessions"]) == (alone["verdict"], alone["sessions"]), row["domain"]


async def test_the_period_counts_for_all_domains(db):
    take(db, about("example.com", 100, day=DAY - timedelta(days=40)), about("other.example", 7))
    found = {row["domain"]: row for row in (await answered(db, "status 2026-01")).data["domains"]}
    assert found["example.com"]["sessions"]["total"] == 100
    assert found["other.example"]["verdict"] == "no-data"


async def test_an_empty_database_says_how_to_begin(db):
    reply = await answered(db, "status")
    assert reply.tone is Tone.NO_DATA
    assert "`domain add example.com`" in said(reply)
    assert reply.data["domains"] == []


async def test_held_reports_are_said_loudly_here_too(db):
    take(db, about("example.com", 100, held=True))
    assert "1 report is held back" in said(await answered(db, "status"))


async def test_a_domain_with_a_threshold_of_its_own_is_judged_by_it(db):
    take(db, about("example.com", 97, 3))
    with db.writing() as connection:
        connection.execute(update(table(Domain)).values(failure_rate=0.02))
    assert (await answered(db, "status")).data["domains"][0]["verdict"] == "warning"


async def test_a_critical_domain_is_the_headline_though_the_registered_one_has_no_data(db):
    take(db, about("burning.example", 100), about("fine.example", 100))
    await register(db, "silent.example")
    open_alert(db, "critical", "burning.example")
    reply = await answered(db, "status")
    assert (reply.tone, reply.next_step) == (Tone.CRITICAL, "status burning.example")


async def test_a_domain_without_data_does_not_make_the_headline_while_others_have_some(db):
    await register(db, "silent.example")
    assert (await answered(db, "status")).tone is Tone.NO_DATA
    take(db, about("fine.example", 100))
    reply = await answered(db, "status")
    assert (reply.tone, reply.next_step) == (Tone.OK, "status silent.example")


async def test_a_long_name_is_cut_in_the_table_and_whole_for_machines(db):
    long_name = ".".join(["a" * 50] * 4) + ".example"
    take(db, about(long_name, 100))
    reply = await answered(db, "status")
    (row,) = reply.tables[0].rows
    assert row[0] == f"{long_name[:30]}…{long_name[-29:]}"
    assert reply.data["domains"][0]["domain"] == long_name
    assert reply.next_step == f"status {long_name}"


async def test_many_alerts_are_counted_in_their_cell_and_listed_for_machines(db):
    take(db, about("example.com", 100))
    for _ in range(7):
        open_alert(db)
    reply = await answered(db, "status")
    assert reply.tables[0].rows[0][-1] == "1, 2, 3 and 4 more"
    assert reply.data["domains"][0]["open_alerts"] == [1, 2, 3, 4, 5, 6, 7]


async def test_a_very_long_name_keeps_both_ends_and_is_whole_in_the_data(db):
    usual, long = f"{'a' * 47}.mail.example", f"{'b' * 60}.{'c' * 60}.mail.example"
    umlauts = ".".join(["xn--bcher-kva"] * 3) + ".example"
    take(db, about(usual, 2), about(long, 1), about(umlauts, 1))
    reply = await answered(db, "status")
    cells = [row[0] for row in reply.tables[0].rows]
    assert sorted(cells) == sorted([usual, f"{'b' * 30}…{'c' * 16}.mail.example", umlauts])
    assert {row["domain"] for row in reply.data["domains"]} == {usual, long, umlauts}
