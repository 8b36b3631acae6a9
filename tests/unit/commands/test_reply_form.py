"""A Reply as JSON and back: what the outbox keeps is what was said."""

import json
from dataclasses import replace

from hypothesis import given

from commands.reply import Reply
from commands.reply_form import from_form, to_form
from tests.reply_strategies import REPLIES
from tests.slack_replies import empty_of_everything, reply, too_much_of_everything


def kept(said: Reply) -> Reply:
    """Return what the outbox keeps of it."""
    return replace(said, attachments=(), data={})


@given(REPLIES)
def test_a_reply_comes_back_as_it_was(said):
    assert from_form(json.loads(json.dumps(to_form(said)))) == kept(said)


def test_so_do_the_fullest_and_the_emptiest_reply():
    for said in (reply(), too_much_of_everything(), empty_of_everything(), Reply(""), Reply("x", private=False)):
        assert from_form(json.loads(json.dumps(to_form(said)))) == kept(said)


def test_every_part_of_a_reply_is_kept_but_files_and_data():
    assert set(Reply.__slots__) - set(to_form(reply())) == {"attachments", "data"}
