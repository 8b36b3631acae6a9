"""Settings: defaults, files, and every fault at once."""

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.settings_example import example
from bot.settings_start import NOT_BUILT_YET, SettingsError, load_settings, not_built_yet

ROOT = Path(__file__).parents[3]
CONTRACT = ROOT.parent / "shared" / "PRODUCT.md"


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Load with these names set, and no other of the settings."""

    def loaded(**names):
        for field in Settings.model_fields.values():
            monkeypatch.delenv(str(field.validation_alias), raising=False)
        for name, value in names.items():
            monkeypatch.setenv(name, value)
        return load_settings(tmp_path / ".env")

    return loaded


def faults(load, **names):
    with pytest.raises(SettingsError) as caught:
        load(**names)
    return [fault.partition(":")[0] for fault in caught.value.faults]


def test_without_anything_set_all_is_local(load):
    settings = load()
    assert str(settings.smtp_listen[0]) == "127.0.0.1:2525"
    assert not settings.dkim_required
    assert settings.failure_rate == 0.05


def test_a_real_report_domain_asks_for_dkim(load):
    assert load(TLSRPT_REPORT_DOMAIN="Reports.Example.net.").report_domain == "reports.example.net"
    assert load(TLSRPT_REPORT_DOMAIN="reports.example.net").dkim_required
    assert not load(TLSRPT_REPORT_DOMAIN="reports.example.net", TLSRPT_DKIM="flag").dkim_required


def test_every_bad_name_is_listed_at_once(load):
    bad = {
        "TLSRPT_DKIM": "maybe",
        "TLSRPT_FAILURE_RATE": "120%",
        "TLSRPT_SMTP_LISTEN": "nowhere",
        "TLSRPT_ADMINS": "root",
        "TLSRPT_MAX_MESSAGE_BYTES": "many",
        "TLSRPT_DNS_SERVERS": "dns.example",
        "TLSRPT_DIGEST": "sometimes",
        "TLSRPT_ALERT_CHANNELS": "#mail-ops",
        "TLSRPT_TRUSTED_NETWORKS": "the office",
        "TLSRPT_DATABASE_URL": "mysql://x",
        "TLSRPT_UNKNOWN": "1",
    }
    assert faults(load, **bad, TLSRPT_SMTP_TLS_CERT="/cert.pem") == sorted([*bad, "TLSRPT_SMTP_TLS_KEY"])


def test_a_mistyped_name_is_answered_with_the_right_one(load):
    with pytest.raises(SettingsError, match="did you mean TLSRPT_FAILURE_RATE"):
        load(TLSRPT_FAILURERATE="3%")


@pytest.mark.parametrize(
    ("typed", "meant"), [("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"), ("DISCORD_TOKENS", "DISCORD_TOKEN")]
)
def test_a_slip_in_the_name_of_a_platform_is_a_fault(load, typed, meant):
    with pytest.raises(SettingsError, match=f"{typed}: is not a setting; did you mean {meant}"):
        load(**{typed: "x"})


def test_a_file_of_settings_in_another_encoding_is_a_fault_and_no_crash(load, tmp_path):
    (tmp_path / ".env").write_bytes(b"TLSRPT_REPORT_DOMAIN=b\xfccher.example\n")
    with pytest.raises(SettingsError, match="cannot be read: it is not UTF-8"):
        load()


def test_a_mailbox_and_its_password_belong_together(load, tmp_path):
    url = "imaps://reports%40example.com@imap.example.com"
    assert faults(load, TLSRPT_IMAP_URL=url) == ["TLSRPT_IMAP_PASSWORD"]
    (tmp_path / "password").write_text("s3cret\n")
    settings = load(TLSRPT_IMAP_URL=url, TLSRPT_IMAP_PASSWORD_FILE=str(tmp_path / "password"))
    assert str(settings.imap_url) == "reports@example.com@imap.example.com:993/INBOX"
    assert settings.imap_password.get_secret_value() == "s3cret"


def test_a_password_without_a_mailbox_is_a_fault(load):
    assert faults(load, TLSRPT_IMAP_PASSWORD="x") == ["TLSRPT_IMAP_URL"]


def test_a_password_in_the_url_of_a_mailbox_is_a_fault_and_is_not_repeated(load):
    with pytest.raises(SettingsError) as caught:
        load(TLSRPT_IMAP_URL="imaps://a:s3cret@imap.example.com", TLSRPT_IMAP_PASSWORD="x")
    assert "goes into TLSRPT_IMAP_PASSWORD" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_options_of_the_database_are_refused_and_not_overlooked(load):
    assert faults(load, TLSRPT_DATABASE_URL="sqlite:///x.db?mode=ro") == ["TLSRPT_DATABASE_URL"]


def test_platform_settings_of_other_programs_are_no_fault(load):
    load(SLACK_WEBHOOK_URL="https://hooks.example", DISCORD_GUILD="1")


def test_a_secret_comes_from_a_file(load, tmp_path):
    (tmp_path / "bot").write_text("xoxb-1\n")
    settings = load(SLACK_BOT_TOKEN_FILE=str(tmp_path / "bot"), SLACK_APP_TOKEN="xapp-1")
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"


def test_a_file_that_cannot_be_read_is_a_fault(load):
    assert faults(load, SLACK_BOT_TOKEN_FILE="/does/not/exist", SLACK_APP_TOKEN="x") == ["SLACK_BOT_TOKEN_FILE"]


def test_no_message_repeats_a_secret(load):
    with pytest.raises(SettingsError) as caught:
        load(SLACK_BOT_TOKEN="xoxb-secret", TLSRPT_DATABASE_URL="postgresql://user:secret@host/db")
    assert "secret" not in str(caught.value)
    assert "xoxb" not in repr(load(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", TLSRPT_DATABASE_URL=""))


def test_the_file_is_read_and_the_environment_wins(load, tmp_path):
    (tmp_path / ".env").write_text("TLSRPT_MIN_FAILURES=7\nTLSRPT_FAILURE_RATE=2%\n")
    settings = load(TLSRPT_FAILURE_RATE="0.1")
    assert (settings.min_failures, settings.failure_rate) == (7, 0.1)


def test_an_empty_shared_address_switches_it_off_and_other_empty_values_are_the_default(load):
    settings = load(TLSRPT_SHARED_ADDRESS="", TLSRPT_SMTP_TLS_CERT="", TLSRPT_MIN_FAILURES="")
    assert (settings.shared_address, settings.smtp_tls_cert, settings.min_failures) == ("", None, 3)


def test_what_is_set_and_not_built_yet_is_said(load):
    said = not_built_yet(load(SLACK_SIGNING_SECRET="x", TLSRPT_DIGEST="off"))
    assert [line.split()[0] for line in said] == ["TLSRPT_DIGEST", "SLACK_SIGNING_SECRET"]
    assert not_built_yet(load()) == []


def test_the_example_file_is_what_the_settings_say():
    assert (ROOT / ".env.example").read_text() == example()


def test_the_example_file_taken_as_it_is_changes_nothing(load, tmp_path):
    lines = [line.removeprefix("#") for line in example().splitlines() if line.startswith("#") and line[1:2].isupper()]
    (tmp_path / ".env").write_text("\n".join(lines))
    assert load() == load_settings(tmp_path / "missing")


def test_all_names_of_the_contract_are_known():
    if not CONTRACT.exists():
        pytest.skip("../shared/PRODUCT.md is not beside the project")
    section = CONTRACT.read_text().partition("## 4.")[2].partition("## 5.")[0]
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    told = {
        name
        for row in section.splitlines()
        if row.startswith("| `")
        for name in row.split("|")[1].replace("`", "").replace(",", " ").split()
    }
    assert told <= known
    assert set(NOT_BUILT_YET) <= known


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TLSRPT_DKIM", "maybe", "must be one of auto, require, flag, off"),
        ("TLSRPT_HTTPS_TRUST", "much", "must be one of flag, full, apart"),
        ("TLSRPT_MIN_FAILURES", "few", "must be a whole number from 1 to 1000000"),
        ("TLSRPT_MIN_FAILURES", "0", "must be a whole number from 1 to 1000000"),
        ("TLSRPT_SMTP_CHECK_PORT", "65536", "must be a whole number from 1 to 65535"),
        ("TLSRPT_EVALUATE_SECONDS", "-1", "must be a whole number from 0 to 86400"),
        ("TLSRPT_EVALUATE_SECONDS", "9" * 5000, "must be a whole number from 0 to 86400"),
        ("TLSRPT_PUBLIC_URL", "http://r.example", "must be a URL that starts with https://"),
        ("TLSRPT_LOG_FORMAT", "xml", "must be console or json"),
        ("TLSRPT_ALLOW_PRIVATE_ADDRESSES", "perhaps", "must be true or false"),
    ],
)
def test_a_fault_is_said_in_words_of_our_own(load, name, value, sentence):
    with pytest.raises(SettingsError) as caught:
        load(**{name: value})
    assert caught.value.faults == [f"{name}: {sentence}"]


@pytest.mark.parametrize("value", ["a b", "a@b", "<x>", "a..b", ".a", "a.", "é", "x" * 65, 'a"b'])
def test_a_shared_address_that_is_no_local_part_is_refused(load, value):
    with pytest.raises(SettingsError, match="TLSRPT_SHARED_ADDRESS: must be the part of an address before the @"):
        load(TLSRPT_SHARED_ADDRESS=value)


@pytest.mark.parametrize("value", ["tls-reports", "a.b+c", "!#$%&'*+-/=?^_`{|}~", "x" * 64])
def test_any_local_part_may_be_the_shared_address(load, value):
    assert load(TLSRPT_SHARED_ADDRESS=value).shared_address == value


@pytest.mark.parametrize(("value", "means"), [("true", True), ("1", True), ("False", False), ("off", False)])
def test_a_switch_is_read_as_people_write_it(load, value, means):
    assert load(TLSRPT_ALLOW_PRIVATE_ADDRESSES=value).allow_private_addresses is means


def test_what_is_still_to_come_is_said_in_good_grammar(load):
    said = not_built_yet(load(TLSRPT_DIGEST="off", TLSRPT_HTTPS_CHECK_PORT="444"))
    assert [line.partition("but ")[2] for line in said] == [
        "record checks come with a later version",
        "the digest comes with a later version",
    ]
