import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.language import parse, usage
from commands.question import UsageError
from tests.command_declarations import declarations

COMMANDS = declarations()
KNOWN = ("example.com", "mail.example", "unknown")
NOT_YET = {"backtest": "`backtest` is not there yet."}


def ask(text):
    return parse(text, COMMANDS, known_domains=lambda: KNOWN, not_yet=NOT_YET)


def values_of(text):
    return dict(ask(text).values)


def refusal(text):
    with pytest.raises(UsageError) as caught:
        ask(text)
    return caught.value


@pytest.mark.parametrize("text", ["", "  ", "/tlsrpt", "tlsrpt", "help", "HELP"])
def test_nothing_at_all_asks_for_help(text):
    question = ask(text)
    assert (question.command.name, dict(question.values)) == ("help", {})


@pytest.mark.parametrize("text", ["status", "STATUS", "/tlsrpt Status", "`status`"])
def test_a_verb_is_taken_in_any_case(text):
    question = ask(text)
    assert (question.command.name, dict(question.values)) == ("status", {})


@pytest.mark.parametrize(
    "typed", ["bücher.example", "BÜCHER.Example", "xn--bcher-kva.example", "XN--BCHER-KVA.EXAMPLE.", "bücher。example"]
)
def test_a_domain_is_taken_as_u_label_or_a_label_in_any_case_with_or_without_a_dot(typed):
    assert values_of(f"status {typed}") == {"domain": "xn--bcher-kva.example"}


@pytest.mark.parametrize("text", ["status example.com 7d", "status 7d example.com", "status 7D <http://x|example.com>"])
def test_a_period_is_recognised_wherever_it_stands(text):
    values = values_of(text)
    assert (values["domain"], values["period"].days) == ("example.com", 7)


@pytest.mark.parametrize(
    "text",
    [
        "failures example.com 2026-03 certificate-expired",
        "failures certificate-expired 2026-03 example.com",
        "failures 2026-03 CERTIFICATE_EXPIRED Example.COM.",
        "failures certificate expired example.com 2026-03",
        "failures example.com Certificate Expired 2026-03",
    ],
)
def test_arguments_are_told_apart_in_any_order(text):
    values = values_of(text)
    assert (values["domain"], values["type"], values["period"].first) == (
        "example.com",
        "certificate-expired",
        date(2026, 3, 1),
    )


def test_a_word_with_a_hyphen_and_no_dot_is_a_type_and_no_domain():
    assert values_of("failures my-own-type example.com") == {"domain": "example.com", "type": "my-own-type"}


def test_a_domain_with_a_hyphen_is_a_domain():
    assert values_of("failures my-own.example") == {"domain": "my-own.example"}


def test_a_domain_of_one_label_is_taken_when_nothing_else_fits():
    assert values_of("status unknown") == {"domain": "unknown"}


def test_the_domain_of_a_mail_address_is_taken():
    assert values_of("status <mailto:postmaster@example.com|postmaster@example.com>") == {"domain": "example.com"}


def test_a_domain_that_nobody_knows_is_left_to_the_command():
    assert values_of("status nobody-knows.example") == {"domain": "nobody-knows.example"}


def test_numbers_are_read_with_and_without_a_sign():
    assert values_of("report 17") == values_of("report #17") == {"id": 17}


def test_a_choice_is_given_back_as_declared():
    assert values_of("domain ADD Example.com") == {"action": "add", "domain": "example.com"}


@pytest.mark.parametrize(
    "text",
    [
        "set example.com failure-rate=2% min-failures=5",
        "set min-failures=5 example.com FAILURE-RATE=2%",
        "set example.com failure-rate = 2% min-failures =5",
    ],
)
def test_assignments_are_gathered(text):
    assert values_of(text) == {"domain": "example.com", "settings": {"failure-rate": "2%", "min-failures": "5"}}


def test_an_assigned_value_keeps_its_case_and_its_equals_signs():
    assert values_of("set example.com failure-rate=A=b")["settings"] == {"failure-rate": "A=b"}


@pytest.mark.parametrize(
    ("typed", "type_name"),
    [
        ("explain certificate-expired", "certificate-expired"),
        ("explain Certificate Expired", "certificate-expired"),
        ("explain sts policy fetch error", "sts-policy-fetch-error"),
        ("explain MX_HOSTS_MISMATCH", "mx-hosts-mismatch"),
        ("explain expired", "expired"),
        ("explain tls handshake failed", "tls-handshake-failed"),
    ],
)
def test_a_type_is_taken_in_any_spelling(typed, type_name):
    assert values_of(typed) == {"type": type_name}


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("stauts", "unknown-command", "I do not know `stauts`. Did you mean `status`?"),
        ("banana", "unknown-command", "I do not know `banana`. `help` lists what can be asked."),
        ("example.com", "unknown-command", "Did you mean `status example.com`?"),
        ("certificate-expired", "unknown-command", "Did you mean `explain certificate-expired`?"),
        ("backtset", "unknown-command", "Did you mean `backtest`?"),
        ("backtest example.com 30d", "not-yet", "`backtest` is not there yet."),
        ("failures", "missing-argument", "`failures` needs DOMAIN. For example: `failures example.com`."),
        ("failures 7d", "missing-argument", "`failures` needs DOMAIN."),
        ("domain", "missing-argument", "`domain` needs ACTION."),
        ("report", "missing-argument", "`report` needs ID."),
        ("status example.com 2026-13", "bad-period", "The calendar has no `2026-13`."),
        ("status 0d", "bad-period", "`0d` is no day at all."),
        ("status 30", "bad-period", "`30` is not a period."),
        ("status 30days", "bad-period", "`30days` is not a period."),
        ("status example.com 7d 30d", "unexpected-argument", "One PERIOD is enough: `30d` is one too many."),
        ("status example.com mail.example", "unexpected-argument", "One DOMAIN is enough: `mail.example`"),
        ("status example.com banana", "unexpected-argument", "`status` does not take `banana`."),
        ("status example.com a=b", "unexpected-argument", "`status` does not take `a=b`."),
        ("domain show 7d", "unexpected-argument", "`domain` does not take `7d`."),
        ("status exam..ple.com", "bad-domain", "Did you mean `example.com`?"),
        ("status <!channel>", "bad-domain", "`!channel` is not a domain name."),
        ("report banana", "bad-number", "`banana` is not a number."),
        ("report 0", "bad-number", "`0` is not the number of anything."),
        ("report " + "9" * 400, "bad-number", "is not the number of anything."),
        ("report 17 18", "unexpected-argument", "One ID is enough: `18` is one too many."),
        ("domain ad example.com", "unknown-choice", "I do not know `ad`. Did you mean `add`?"),
        ("domain lst", "unknown-choice", "Did you mean `list`?"),
        ("domain banana", "unknown-choice", "ACTION is one of add, remove, show, list."),
        ("set example.com failure-rat=2%", "unknown-setting", "Did you mean `failure-rate`?"),
        ("set example.com banana=2%", "unknown-setting", "I do not know `banana`."),
        ("set example.com failure-rate=", "bad-setting", "`failure-rate=` has no value."),
        ("set example.com failure-rate=1 failure-rate=2", "bad-setting", "`failure-rate` is given twice."),
        ("set failure-rate 2%", "bad-setting", "A setting is written with its value: `failure-rate=…`."),
        ("help stats", "unknown-choice", "Did you mean `status`?"),
        ("failures example.com certificate-expired tlsa-invalid", "unexpected-argument", "One TYPE is enough"),
        ("x" * 3_001, "too-long", "at most 3,000 characters"),
        ("status " * 62, "too-long", "at most 60 words"),
        ("reports example.com page", "bad-page", "A page is written with its number: `page=2`."),
        ("reports example.com page two", "bad-page", "`page=2`"),
        ("reports example.com page=two", "bad-page", "`two` is no page: a page is a number from 1 to 10,000."),
        ("reports example.com page=", "bad-page", "is no page"),
        ("reports example.com page=0", "bad-page", "`0` is no page"),
        ("reports example.com page=10001", "bad-page", "`10001` is no page"),
        ("reports example.com page=-1", "bad-page", "`-1` is no page"),
        ("reports example.com page=" + "9" * 450, "bad-page", "is no page"),
        ("reports example.com page=2 page=3", "unexpected-argument", "One PAGE is enough: `page=3` is one too many."),
        ("reports example.com pages=3", "unexpected-argument", "Did you mean `page=3`?"),
        ("reports pag=3 example.com", "unexpected-argument", "Did you mean `page=3`?"),
        ("status example.com page=2", "unexpected-argument", "`status` does not take `page=2`."),
        ("note", "missing-argument", "`note` needs DOMAIN. For example: `note example.com text`."),
        ("note Rotated the certificate", "bad-domain", "`Rotated` is not a domain name."),
        ("note unknwon the certificate", "bad-domain", "Did you mean `unknown`?"),
        ("note remov 17", "unknown-choice", "Did you mean `remove`?"),
        ("note example.com " + "x" * 301, "too-long", "TEXT has at most 300 characters; this one has 301."),
        ("subscribe", "missing-argument", "`subscribe` needs DOMAIN."),
        ("subscribe example.com alert", "unknown-choice", "Did you mean `alerts`?"),
        ("subscribe example.com digests", "unknown-choice", "Did you mean `digest`?"),
        ("subscribe al", "unknown-choice", "Did you mean `all`?"),
        ("subscribe example.com all", "unexpected-argument", "One DOMAIN is enough: `all` is one too many."),
        ("subscribe example.com alerts alerts", "unexpected-argument", "One ALERTS is enough"),
    ],
)
def test_a_mistake_is_answered_with_what_to_type_instead(text, code, words):
    error = refusal(text)
    assert error.code == code
    assert words in error.message
    assert "!" not in error.message.replace("`!channel`", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("stauts", "status [DOMAIN] [PERIOD]"),
        ("status 0d", "status [DOMAIN] [PERIOD]"),
        ("failures", "failures DOMAIN [PERIOD] [TYPE]"),
        ("domain lst", "domain add|remove|show|list [DOMAIN]"),
        ("set", "set DOMAIN [failure-rate=… min-failures=…]"),
        ("report x", "report ID"),
        ("example.com", "status [DOMAIN] [PERIOD]"),
        ("banana", ""),
    ],
)
def test_a_mistake_comes_with_the_usage_line(text, line):
    assert refusal(text).usage == line


@pytest.mark.parametrize(
    ("verb", "line"),
    [
        ("reports", "reports DOMAIN [PERIOD] [page=N]"),
        ("note", "note DOMAIN|remove [TEXT]"),
        ("subscribe", "subscribe DOMAIN|all [alerts] [digest] [failure-rate=… min-failures=…]"),
    ],
)
def test_a_page_a_text_and_a_word_for_a_domain_stand_in_the_usage_line(verb, line):
    assert usage(COMMANDS[verb]) == line


@pytest.mark.parametrize(
    "text",
    [
        "reports example.com page=2",
        "reports page=2 example.com",
        "reports example.com page 2",
        "reports page 2 example.com",
        "reports example.com PAGE = 02",
        "reports example.com Page= 2",
        "tell example.com page =2",
    ],
)
def test_a_page_is_taken_with_and_without_an_equals_sign(text):
    assert values_of(text) == {"domain": "example.com", "page": 2}


def test_a_page_and_a_period_are_told_apart():
    values = values_of("reports example.com page 2 7d")
    assert (values["page"], values["period"].days) == (2, 7)


def test_a_page_stands_beside_assignments():
    assert values_of("tell example.com failure-rate = 2% page 3") == {
        "domain": "example.com",
        "settings": {"failure-rate": "2%"},
        "page": 3,
    }


def test_a_domain_called_page_can_be_asked_about():
    assert parse("reports page", COMMANDS, known_domains=lambda: ["page"]).values == {"domain": "page"}


@pytest.mark.parametrize(
    "text",
    [
        "mx1 certificate rotated",
        '"mx1" certificate, `rotated`;',
        "page=2 30d all certificate-expired other.example remove 17",
        "two  blanks   between",
        "it's the CEO's mail: 50 % = half",
        "see https://wiki.example/x?y=z#a <https://wiki.example|wiki>",
        "Zertifikat für bücher.example getauscht 🔑",
        ": colon first",
        "17",
        "x" * 300,
        "a " * 150 + "b",
    ],
)
@pytest.mark.parametrize("before", ["note example.com ", "/tlsrpt NOTE  EXAMPLE.com. ", "note `example.com`: "])
def test_a_text_is_handed_on_as_it_was_typed(before, text):
    text = text[:300].strip()
    assert values_of(before + text + "  ") == {"domain": "example.com", "text": text}


def test_a_text_stands_on_one_line_without_what_cannot_be_seen():
    typed = "a\x00b\x1b[2J\nnext\u2028line\ttab \u202eturned \u200bhidden \ufeff \ud800 na\u200cme"
    assert values_of(f"note example.com {typed}")["text"] == "ab[2J next line tab turned hidden   na\u200cme"


@pytest.mark.parametrize("typed", ["note example.com", "note example.com ", "note example.com \x00\u202e"])
def test_a_text_of_nothing_is_not_given(typed):
    assert values_of(typed) == {"domain": "example.com"}


def test_a_word_may_stand_for_a_domain():
    assert values_of("note REMOVE 17") == {"domain": "remove", "text": "17"}
    assert values_of("subscribe All digest") == {"domain": "all", "digest": "digest"}


def test_a_text_may_be_about_a_known_domain_of_one_label():
    assert values_of("note unknown who is this") == {"domain": "unknown", "text": "who is this"}


def test_several_choices_are_each_given_to_their_own_parameter():
    assert values_of("subscribe digest example.com failure-rate=1% alerts") == {
        "domain": "example.com",
        "alerts": "alerts",
        "digest": "digest",
        "settings": {"failure-rate": "1%"},
    }


def test_many_choices_are_not_spelled_out_in_a_usage_line():
    assert usage(COMMANDS["help"]) == "help [COMMAND]"


def test_what_is_quoted_is_cleaned_and_bounded():
    error = refusal("\x1b[31m\u202e" + "q" * 300)
    assert not {unicodedata.category(character) for character in error.message} & {"Cc", "Cf", "Cs"}
    assert len(error.message) < 150


def test_a_hostile_domain_is_suggested_without_its_escapes():
    with pytest.raises(UsageError) as caught:
        parse("status exam..ple.com", COMMANDS, known_domains=lambda: ("exam\x1b.ple.com`",))
    assert "\x1b" not in caught.value.message


def test_known_domains_are_not_asked_for_when_the_question_is_right():
    def fail():
        raise AssertionError("asked")

    assert parse("failures example.com 7d certificate-expired", COMMANDS, known_domains=fail)


LINES = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from([*COMMANDS, "example.com", "7d", "2026-13", "all", "add", "failure-rate=2", "=", "a-b", "17"])
        | st.sampled_from(["page", "page=2", "page=", "remove", "digest", "unknown", "#2"])
        | st.text(max_size=12),
        max_size=8,
    ).map(" ".join),
)


def outcome(line):
    """A question, or the usage error."""
    try:
        return ask(line)
    except UsageError as error:
        return error


@settings(deadline=None)
@given(LINES)
def test_any_line_is_a_question_or_a_usage_error_that_is_safe_to_show(line):
    found = outcome(line)
    if isinstance(found, UsageError):
        assert found.code
        assert len(found.message) < 700
        assert not {unicodedata.category(character) for character in found.message} & {"Cc", "Cs", "Zl", "Zp"}
    else:
        assert set(found.values) <= {parameter.name for parameter in found.command.parameters}
        assert 1 <= found.values.get("page", 1) <= 10_000


@settings(deadline=None)
@given(st.text(max_size=320))
def test_any_text_comes_through_but_for_what_cannot_be_seen(text):
    found = outcome(f"note example.com {text}")
    if isinstance(found, UsageError):
        assert found.code == "too-long"
        return
    kept = found.values.get("text", "")
    assert not {unicodedata.category(character) for character in kept} & {"Cc", "Cs", "Zl", "Zp"}
    assert len(kept) <= 300
    visible = (one for one in text if not one.isspace() and unicodedata.category(one) not in {"Cc", "Cf", "Cs"})
    assert "".join(visible) == "".join(one for one in kept if not one.isspace() and one not in "\u200c\u200d")


@pytest.mark.parametrize("word", ["30x", "7", "2026-3-1-1"])
def test_what_begins_like_a_period_and_is_none_is_told_what_periods_are(word):
    found = refusal(f"status example.com {word}")
    assert (found.code, f"`{word}` is not a period." in found.message) == ("bad-period", True)
