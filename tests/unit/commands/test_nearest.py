import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.nearest import nearest

VERBS = ("status", "failures", "reporters", "reports", "report", "check", "help", "explain")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stauts", "status"),
        ("STATUS", "status"),
        ("stat", "status"),
        ("faliures", "failures"),
        ("hlep", "help"),
        ("chek", "check"),
        ("report", "report"),
        ("reporter", "reporters"),
    ],
)
def test_a_slip_finds_the_word_that_was_meant(typed, meant):
    assert nearest(typed, VERBS) == meant


@pytest.mark.parametrize("typed", ["", "banana", "q", "x" * 10_000, "🙂"])
def test_what_is_like_nothing_finds_nothing(typed):
    assert nearest(typed, VERBS) is None


def test_nothing_is_near_when_there_is_nothing_to_choose_from():
    assert nearest("status", ()) is None


def test_the_choice_is_given_back_as_it_is_written():
    assert nearest("failure-rat", ("Failure-Rate",)) == "Failure-Rate"


def test_a_domain_is_found_by_its_first_label():
    assert nearest("exam", ("example.com", "another.example")) == "example.com"


def test_the_answer_does_not_depend_on_the_order_of_the_choices():
    choices = ["mail-a.example", "mail-b.example", "mail-c.example"]
    assert nearest("mail-x.example", choices) == nearest("mail-x.example", choices[::-1])


def test_a_high_likeness_lets_only_slips_through():
    assert nearest("certificate-revoked", ("certificate-expired",)) == "certificate-expired"
    assert nearest("certificate-revoked", ("certificate-expired",), likeness=0.9) is None
    assert nearest("certificate-expird", ("certificate-expired",), likeness=0.9) == "certificate-expired"


@settings(deadline=None)
@given(st.text(max_size=100), st.lists(st.text(max_size=30)))
def test_what_is_found_is_one_of_the_choices(word, choices):
    assert nearest(word, choices) in {None, *choices}
