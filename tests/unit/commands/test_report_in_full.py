"""`report ID`: nothing that a report says is out of reach, and what its proof is worth stands in words."""

import pytest

from commands.report_original import LARGEST_IN_CHAT
from storage.tables import Original, Report, table
from tests.asking import ADMIN, READER, answered, said, take, told
from tests.builders import failure, policy

TLSA = {"policy_type": "tlsa", "policy_domain": "mx1.example.com", "policy_strings": ("3 1 1 00ff",), "mx_hosts": ()}


def cells(reply, title):
    """Return the rows of a table as {head: cell}."""
    (found,) = (one for one in reply.tables if one.title == title)
    return [dict(zip(found.heads, row, strict=True)) for row in found.rows]


async def test_the_policy_is_shown_as_the_sender_saw_it(db):
    lines = ("version: STSv1", "mode: enforce", "mx: mx1.example.com", "max_age: 86400")
    take(db, told(policy(9, 1, policy_strings=lines, mx_hosts=("mx1.example.com", "*.backup.example"))))
    reply = await answered(db, "report 1")
    assert reply.code.splitlines() == ["# 1: sts as the sender saw it", *lines, "mx-host: *.backup.example"]
    assert (await answered(db, "report 1")).data["report"][0]["policies"][0]["policy_strings"] == list(lines)


async def test_entries_are_numbered_and_details_name_theirs_where_there_are_several(db):
    first = policy(9, 1, failure(sessions=1))
    take(db, told(first, policy(9, 2, failure("tlsa-invalid", 2), **TLSA)))
    reply = await answered(db, "report 1")
    assert [row["No."] for row in cells(reply, "Policies")] == ["1", "2"]
    details = [(row["Failure"], row["Entry"]) for row in cells(reply, "Failure details")]
    assert details == [("certificate-expired", "1"), ("tlsa-invalid", "2")]
    assert [line for line in reply.code.splitlines() if line.startswith("#")] == [
        "# 1: sts as the sender saw it",
        "# 2: tlsa as the sender saw it",
    ]
    take(db, told(first, report_id="alone"))
    assert "No." not in cells(await answered(db, "report 2"), "Policies")[0]


async def test_details_show_what_few_senders_say_only_where_somebody_does(db):
    rare = failure(sessions=1, receiving_mx_helo="helo.example", additional_information="https://x.example/17")
    take(db, told(policy(9, 2, rare, failure(sessions=1))))
    rows = cells(await answered(db, "report 1"), "Failure details")
    assert [(row["HELO"], row["More"]) for row in rows] == [("helo.example", "https://x.example/17"), ("–", "–")]
    take(db, told(policy(9, 1, failure(sessions=1)), report_id="usual"))
    assert not {"HELO", "More"} & set(cells(await answered(db, "report 2"), "Failure details")[0])


async def test_every_detail_and_every_entry_stands_on_one_of_the_pages(db):
    hosts = [f"mx{number}.example.com" for number in range(40)]
    entry = policy(9, 40, *(failure(sessions=1, receiving_mx_hostname=host) for host in hosts))
    take(db, told(entry, *(policy(number, policy_type=f"type-{number}") for number in range(20))))
    seen, kinds = [], []
    for page in (1, 2, 3):
        reply = await answered(db, f"report 1 page={page}", READER)
        seen += [row["MX"] for row in cells(reply, "Failure details")]
        kinds += [
            row["Policy"] for table in reply.tables if table.title == "Policies" for row in cells(reply, "Policies")
        ]
        assert bool(reply.attachments) == (page == 1)
    assert seen == hosts
    assert kinds == ["sts", *(f"type-{number}" for number in range(20))]


async def test_the_name_that_a_sender_gave_stands_beside_the_domain_for_which_it_counts(db):
    take(db, told(policy(1), policy(1, policy_type="x", policy_domain=None), policy(1, policy_type="y")))
    with db.writing() as connection:
        connection.exec_driver_sql("UPDATE report_policy SET policy_domain = 'EXAMPLE_COM?' WHERE position = 2")
        connection.exec_driver_sql("UPDATE report_policy SET host = 'mx1.example.com' WHERE position = 0")
    reply = await answered(db, "report 1")
    assert [row["Domain"] for row in cells(reply, "Policies")] == [
        "example.com (host mx1.example.com)",
        "unknown (not named in the entry)",
        "example.com (named EXAMPLE_COM?)",
    ]
    entries = reply.data["report"][0]["policies"]
    assert [entry["policy_domain"] for entry in entries] == ["example.com", None, "EXAMPLE_COM?"]


async def test_every_mark_is_told(db):
    marks = tuple(f"Mark {number}." for number in range(20))
    take(db, told(marks=marks))
    reply = await answered(db, "report 1")
    assert reply.sentences[-20:] == tuple(f"{number}. {mark}" for number, mark in enumerate(marks, 1))
    assert reply.data["report"][0]["marks"] == list(marks)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("pass", "forwarded"),
        ("fail", "fail: no signature of the sender's domain holds"),
        ("none", "none: the mail is not signed"),
        ("temperror", "key not found out (DNS)"),
        ("unchecked", "not checked"),
    ],
)
async def test_a_dkim_verdict_is_said_in_words(db, verdict, words):
    take(db, told())
    with db.writing() as connection:
        connection.execute(table(Report).update().values(dkim=verdict))
    (value,) = (field.value for field in (await answered(db, "report 1")).fields if field.label == "DKIM")
    assert words in value


@pytest.mark.parametrize(
    ("trust", "words"),
    [
        ("verified", "signed it"),
        ("imported", "imported it"),
        ("admitted", "an admin"),
        ("unverified", "nothing proves"),
    ],
)
async def test_trust_is_said_in_words(db, trust, words):
    take(db, told(signer="google.com"))
    with db.writing() as connection:
        connection.execute(table(Report).update().values(trust=trust))
    reply = await answered(db, "report 1")
    assert f"DKIM: pass, signed by google.com\nTrust: {trust}" in said(reply)
    assert words in said(reply)


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("message/rfc822", "report-1.eml"),
        ("application/json", "report-1.json"),
        ("application/gzip", "report-1.json.gz"),
        ("application/zip", "report-1.zip"),
        ("application/x-made-up", "report-1.bin"),
    ],
)
async def test_the_original_comes_under_our_name_with_its_media_type(db, media_type, name):
    take(db, told())
    with db.writing() as connection:
        connection.execute(table(Original).update().values(media_type=media_type, name="../../etc/passwd"))
    reply = await answered(db, "report 1")
    (file,) = reply.attachments
    assert (file.name, file.media_type) == (name, media_type)
    assert reply.data["report"][0]["original"]["name"] == name


async def test_an_original_too_large_for_a_message_is_still_within_reach(db):
    take(db, told())
    with db.writing() as connection:
        connection.execute(table(Original).update().values(body=b"x" * (LARGEST_IN_CHAT + 1)))
    reply = await answered(db, "report 1", READER)
    assert reply.attachments == ()
    assert '`tlsrpt-bot ask "report 1" --save FOLDER`' in said(reply)
    assert len((await answered(db, "report 1", ADMIN)).attachments[0].body) == LARGEST_IN_CHAT + 1


async def test_policies_without_end_are_cut_with_a_word_about_the_rest(db):
    endless = tuple(f"mx: mx{number}.example.com\n# 2: forged" for number in range(5000))
    take(db, told(policy(1, policy_strings=("x" * 10_000, *endless), mx_hosts=tuple(map(str, range(5000))))))
    lines = (await answered(db, "report 1")).code.splitlines()
    assert len(lines) == 61
    assert all(len(line) <= 501 for line in lines)
    assert lines[-1] == "# … and 9,942 more lines, which the original holds"
    assert sum(line.startswith("# ") for line in lines) == 2
