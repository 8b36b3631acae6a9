"""What an alert says, in the order that the contract fixes (a live probe comes with a later version)."""

from dataclasses import replace

import pytest

from commands.alerts.rules import judge
from commands.alerts.wording import Said, alert_reply, message, recovery_reply
from commands.reply import Tone
from storage.arrival import Trust
from storage.report import NO_POLICY_FOUND
from storage.totals import Sessions
from tests.asking import said as read_aloud
from tests.builders import DAY, NOW
from tests.day_evidence import (
    DANE,
    ENFORCE,
    EXPIRED,
    GOOGLE,
    MICROSOFT,
    TESTING,
    THRESHOLDS,
    a_day,
    an_alert,
    days_before,
    failed,
    record,
    under,
    witness,
)

BURNING = a_day(
    failed(sessions=400),
    failed(sessions=190, reporter=MICROSOFT),
    ok=10,
    failed_policies=(under(ENFORCE), under(ENFORCE, MICROSOFT)),
    witnesses=(witness(GOOGLE, organisation="Google Inc."), witness(MICROSOFT, organisation="Microsoft Corporation")),
)


def said(evidence=BURNING, first_day=DAY):
    finding = judge(evidence, THRESHOLDS)[0]
    return Said(finding, evidence, THRESHOLDS, first_day)


def spoken(evidence=BURNING, **more):
    return alert_reply(17, said(evidence, **more), NOW)


def test_a_name_at_the_beginning_of_a_sentence_stays_as_it_is_written():
    evidence = a_day(failed("starttls-not-supported", sessions=400), failed_policies=(under(ENFORCE),))
    assert spoken(evidence).title.endswith(". mx1.example.com does not offer STARTTLS.")


def test_an_alert_says_everything_in_the_order_of_the_contract():
    reply = spoken(first_day=days_before(2))
    text = read_aloud(reply)
    parts = [
        "example.com: mail is being refused. The certificate of mx1.example.com has expired.",
        "590 of 600 sessions failed on 9 Mar",
        "98.33 %, usually 0.10 %",
        "since 7 Mar",
        "Google Inc. (google.com) and Microsoft Corporation (microsoft.com) agree.",
        "Seen at mx1.example.com only.",
        "Effect: the MTA-STS policy is in enforce mode, so these senders hold or return the mail.",
        "Fix: ",
        "2 reports, all DKIM-verified or imported, newest 4 h old",
        "Alert 17 · rule failure-rate (over 5 %)",
        f"failures example.com 2026-03-09 {EXPIRED}",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)
    assert text.startswith(parts[0])
    assert text.endswith(parts[-1])
    assert reply.tone is Tone.CRITICAL
    assert not reply.private
    assert "!" not in text


@pytest.mark.parametrize(
    ("policy", "title", "effect"),
    [
        (ENFORCE, "mail is being refused", "in enforce mode, so these senders hold or return the mail"),
        (DANE, "mail is being refused", "these senders check DANE, so they hold or return the mail"),
        (TESTING, "TLS fails, mail is delivered without protection", "in testing mode, so mail is delivered"),
        ((NO_POLICY_FOUND, ""), "TLS fails, mail is delivered without protection", "no policy asks senders to refuse"),
        (None, "TLS sessions fail", "not known"),
    ],
)
def test_the_effect_on_mail_follows_from_the_policy_of_the_fault(policy, title, effect):
    reply = spoken(a_day(failed(), failed_policies=(under(policy),) if policy else ()))
    assert reply.title.startswith(f"example.com: {title}.")
    assert effect in reply.sentences[1]


def test_the_policy_of_another_fault_says_nothing_about_this_one():
    evidence = a_day(failed(), failed_policies=(under(TESTING), under(ENFORCE, type_="starttls-not-supported")))
    assert "delivered without protection" in spoken(evidence).title


@pytest.mark.parametrize(
    ("seers", "others", "words"),
    [
        ((GOOGLE,), (), "Only google.com has reported about that day so far."),
        ((GOOGLE,), (MICROSOFT,), "Only google.com sees it, 1 other reporter of that day not: look at its side too."),
        ((GOOGLE, MICROSOFT), (), "google.com and microsoft.com agree."),
    ],
)
def test_it_says_whether_one_reporter_sees_it_or_many_agree(seers, others, words):
    parts = [failed(reporter=name) for name in seers]
    evidence = a_day(*parts, ok=20, witnesses=tuple(witness(name) for name in (*seers, *others)))
    assert words in spoken(evidence).sentences[0]


def test_two_that_prove_nothing_do_not_agree():
    evidence = a_day(
        failed(reporter="A"),
        failed(reporter="B"),
        ok=20,
        witnesses=(witness("A", Trust.UNVERIFIED), witness("B", Trust.UNVERIFIED)),
        failed_policies=(under(ENFORCE, "A", trust=Trust.UNVERIFIED), under(ENFORCE, "B", trust=Trust.UNVERIFIED)),
    )
    reply = spoken(evidence)
    assert "A and B report it; not enough of it is verified to call that agreement." in reply.sentences[0]
    assert reply.notes[0] == "2 reports, none verified by DKIM, newest 4 h old"
    assert reply.tone is Tone.WARNING


def test_a_signer_who_calls_himself_google_is_shown_with_his_own_name():
    evidence = a_day(failed(reporter="evil.example"), witnesses=(witness("evil.example", organisation="Google Inc."),))
    assert "Google Inc. (evil.example)" in spoken(evidence).sentences[0]


def test_failures_that_nobody_itemised_are_said_as_such():
    reply = spoken(a_day(failed("not-itemised", 50, mx=""), ok=50, witnesses=(witness(),)))
    assert reply.title.endswith("The sender gives no detail.")
    assert "Seen at" not in reply.sentences[0]


def test_several_hosts_are_named_and_none_of_them_is_the_only_one():
    evidence = a_day(*(failed(sessions=2, mx=f"mx{number}.example.com") for number in range(1, 6)), ok=10)
    assert "Seen at mx1.example.com, mx2.example.com, mx3.example.com and 2 more." in spoken(evidence).sentences[0]


def test_without_history_no_usual_rate_is_made_up():
    assert "usually" not in spoken(replace(BURNING, baseline=Sessions())).sentences[0]


def test_further_types_are_named_with_their_fixes():
    reply = spoken(a_day(failed(sessions=10), failed("starttls-not-supported", 9), ok=20))
    assert "Also starttls-not-supported." in reply.title
    assert sum(sentence.startswith("Fix: ") for sentence in reply.sentences) == 2


def test_a_new_type_names_its_rule():
    evidence = a_day(failed(sessions=4), ok=10_000, types_seen_before=frozenset())
    assert "rule new-failure-type (never seen before, at least 3 sessions)" in spoken(evidence).notes[1]


def test_a_domain_that_is_not_registered_is_offered_for_registration():
    reply = spoken(replace(BURNING, domain=record("stranger.example", registered=False)))
    assert reply.notes[-1] == "stranger.example is not registered: `domain add stranger.example`"


def test_an_international_domain_is_shown_in_both_spellings():
    reply = spoken(replace(BURNING, domain=record("xn--bcher-kva.example")))
    assert reply.title.startswith("xn--bcher-kva.example (bücher.example): ")
    assert reply.next_step.startswith("failures xn--bcher-kva.example ")


def test_every_button_does_what_a_command_does():
    assert [action.command for action in spoken().actions] == ["failures example.com 2026-03-09", "status example.com"]


def test_the_line_that_is_kept_is_the_title_without_the_domain():
    assert spoken().title == f"example.com: {message(said())}"


@pytest.mark.parametrize(
    ("sessions", "bad", "proof"),
    [
        (Sessions(1_000, 0), 0, "1,000 sessions since 9 Mar, and none failed with certificate-expired."),
        (Sessions(999, 1), 1, "1 of 1,000 sessions since 9 Mar failed with certificate-expired (0.10 %)"),
        (Sessions(0, 0), 0, "certificate-expired was not seen again since 9 Mar; there was no session to prove more."),
    ],
)
def test_a_recovery_gives_its_proof(sessions, bad, proof):
    reply = recovery_reply(an_alert(17), sessions, bad, NOW.date())
    assert reply.title == "example.com: alert 17 is over."
    assert reply.sentences[1].startswith(proof)
    assert reply.tone is Tone.OK
