"""Every setting: its name, default, meaning and check. Read once, at the start."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot import setting_values as read
from bot.secret_files import SecretFiles
from ingest.imap.address import MailboxAddress
from ingest.listen import ListenAddress, parse_listen

LOCAL = "localhost"
EMPTY_SWITCHES_OFF = "TLSRPT_SHARED_ADDRESS"
"""The one setting for which an empty value is a value."""


class DkimMode(StrEnum):
    """What becomes of reports by mail without an aligned DKIM pass."""

    AUTO = "auto"
    REQUIRE = "require"
    FLAG = "flag"
    OFF = "off"


class HttpsTrust(StrEnum):
    """What reports by HTTPS, which nobody signs, are worth."""

    FLAG = "flag"
    FULL = "full"
    APART = "apart"


def _setting(name: str, default: Any, meaning: str) -> Any:
    return Field(default=default, validation_alias=name, description=meaning, validate_default=True)


Guilds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read.guilds)]
Admins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read.admins)]
Channels = Annotated[tuple[read.Channel, ...], NoDecode, BeforeValidator(read.channels)]
Networks = Annotated[tuple[read.Network, ...], NoDecode, BeforeValidator(read.networks)]
NameServers = Annotated[tuple[tuple[str, int], ...], NoDecode, BeforeValidator(read.name_servers)]
Listen = Annotated[
    tuple[ListenAddress, ...],
    NoDecode,
    BeforeValidator(lambda value: value if isinstance(value, tuple) else parse_listen(value)),
]
Rate = Annotated[float, BeforeValidator(read.rate)]
Size = Annotated[int, BeforeValidator(read.size)]
Domain = Annotated[str, BeforeValidator(read.domain)]
Digest = Annotated[str, BeforeValidator(read.digest_time)]
HttpsUrl = Annotated[str, BeforeValidator(read.url("https"))]
HttpUrl = Annotated[str, BeforeValidator(read.url("http", "https"))]
WebSocketUrl = Annotated[str, BeforeValidator(read.url("ws", "wss"))]
Mailbox = Annotated[MailboxAddress | None, BeforeValidator(read.mailbox)]
Port = Annotated[int, BeforeValidator(read.whole_number(1, 65535))]
Positive = Annotated[int, BeforeValidator(read.whole_number(1, 36500))]
Failures = Annotated[int, BeforeValidator(read.whole_number(1, 1_000_000))]
Seconds = Annotated[int, BeforeValidator(read.whole_number(0, 86400))]
Switch = Annotated[bool, BeforeValidator(read.switch)]
LocalPart = Annotated[str, BeforeValidator(read.local_part)]
LogFormat = Annotated[str, BeforeValidator(read.log_format)]


class Settings(BaseSettings):
    """The settings of one process, read from the environment, from `.env`, and from files named by `NAME_FILE`."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(  # pydantic-settings names the parameters
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del init_settings, file_secret_settings
        return env_settings, dotenv_settings, SecretFiles(settings_cls, env_settings, dotenv_settings)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_set(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value != "" or name == EMPTY_SWITCHES_OFF}

    database_url: SecretStr = _setting(
        "TLSRPT_DATABASE_URL", "sqlite:///data/tlsrpt.db", "Where everything is kept; or postgresql://user@host/db"
    )
    report_domain: Domain = _setting(
        "TLSRPT_REPORT_DOMAIN", LOCAL, "Domain part of the report addresses; also the SMTP greeting name"
    )
    shared_address: LocalPart = _setting(
        "TLSRPT_SHARED_ADDRESS", "tls-reports", "Local part accepted for every domain; empty switches it off"
    )
    smtp_listen: Listen = _setting(
        "TLSRPT_SMTP_LISTEN", "127.0.0.1:2525", "Where mail is taken; several separated by commas: [::]:25; or off"
    )
    smtp_tls_cert: Path | None = _setting(
        "TLSRPT_SMTP_TLS_CERT", None, "Certificate chain (PEM): STARTTLS is offered when both files are set"
    )
    smtp_tls_key: Path | None = _setting(
        "TLSRPT_SMTP_TLS_KEY", None, "Its key (PEM); both are re-read when they change"
    )
    http_listen: Listen = _setting("TLSRPT_HTTP_LISTEN", "127.0.0.1:8080", "Where HTTP is served; or off")
    public_url: HttpsUrl = _setting(
        "TLSRPT_PUBLIC_URL", "", "https://reports.example.net: then generated records carry the https rua too"
    )
    max_message_bytes: Size = _setting("TLSRPT_MAX_MESSAGE_BYTES", "10 MiB", "Largest mail, as received")
    max_report_bytes: Size = _setting("TLSRPT_MAX_REPORT_BYTES", "32 MiB", "Largest report, after decompression")
    dkim: Annotated[DkimMode, BeforeValidator(read.choice(DkimMode))] = _setting(
        "TLSRPT_DKIM",
        DkimMode.AUTO,
        "Reports by mail without an aligned DKIM pass: require (kept, not counted), flag (counted and marked) or off; "
        "auto is require, or flag while TLSRPT_REPORT_DOMAIN is localhost",
    )
    https_trust: Annotated[HttpsTrust, BeforeValidator(read.choice(HttpsTrust))] = _setting(
        "TLSRPT_HTTPS_TRUST", HttpsTrust.FLAG, "Reports by HTTPS: flag (counted and marked), full or apart"
    )
    imap_url: Mailbox = _setting(
        "TLSRPT_IMAP_URL", None, "A mailbox that is read all the time: imaps://user@host/folder; see docs/operations.md"
    )
    imap_password: SecretStr = _setting("TLSRPT_IMAP_PASSWORD", "", "The password of that mailbox")
    dns_servers: NameServers = _setting("TLSRPT_DNS_SERVERS", (), "127.0.0.1:5353,[::1]:53; the system's unless set")
    ca_file: Path | None = _setting("TLSRPT_CA_FILE", None, "Extra trusted CA bundle, for the checks and the mailbox")
    allow_private_addresses: Switch = _setting(
        "TLSRPT_ALLOW_PRIVATE_ADDRESSES", "false", "Let checks connect to loopback and private addresses"
    )
    smtp_check_port: Port = _setting("TLSRPT_SMTP_CHECK_PORT", 25, "Port of mail servers that the checks connect to")
    https_check_port: Port = _setting("TLSRPT_HTTPS_CHECK_PORT", 443, "Port of web servers that the checks connect to")
    admins: Admins = _setting(
        "TLSRPT_ADMINS", (), "Who may change things: slack:U0123,slack:S0456 (a user group),discord:789"
    )
    discord_guilds: Guilds = _setting(
        "TLSRPT_DISCORD_GUILDS", (), "Guild ids that the bot serves; the only one that it is in unless set"
    )
    channels: Channels = _setting("TLSRPT_CHANNELS", (), "Channels in which may be asked; all unless set")
    trusted_networks: Networks = _setting(
        "TLSRPT_TRUSTED_NETWORKS", "127.0.0.0/8,::1/128", "Not limited by address; may read /metrics"
    )
    alert_channels: Channels = _setting(
        "TLSRPT_ALERT_CHANNELS", (), "Where alerts go: slack:#mail-ops,discord:123456789"
    )
    failure_rate: Rate = _setting("TLSRPT_FAILURE_RATE", "5%", "Alert when more of a domain's sessions of a day failed")
    min_failures: Failures = _setting("TLSRPT_MIN_FAILURES", 3, "… and at least so many")
    evaluate_seconds: Seconds = _setting("TLSRPT_EVALUATE_SECONDS", 60, "How long after new data the alert rules run")
    digest: Digest = _setting("TLSRPT_DIGEST", "weekly mon 09:00 UTC", "Also daily 09:00 Europe/Berlin; or off")
    heartbeat_url: HttpUrl = _setting("TLSRPT_HEARTBEAT_URL", "", "Fetched every minute while all is well")
    keep_raw_days: Positive = _setting(
        "TLSRPT_KEEP_RAW_DAYS", 90, "Days for which original mails are kept from when the bot took them, read or not"
    )
    keep_detail_days: Positive = _setting(
        "TLSRPT_KEEP_DETAIL_DAYS", 400, "Days for which failure details are kept; totals stay"
    )
    log_format: LogFormat = _setting("TLSRPT_LOG_FORMAT", "", "console or json; console on a terminal, else json")
    slack_bot_token: SecretStr = _setting("SLACK_BOT_TOKEN", "", "xoxb-…: see docs/slack.md")
    slack_app_token: SecretStr = _setting("SLACK_APP_TOKEN", "", "xapp-…: Socket Mode")
    slack_signing_secret: SecretStr = _setting(
        "SLACK_SIGNING_SECRET", "", "With no app token: HTTP mode at /slack/events"
    )
    discord_token: SecretStr = _setting("DISCORD_TOKEN", "", "The bot's token: see docs/discord.md")
    slack_api_url: HttpUrl = _setting("SLACK_API_URL", "https://slack.com/api/", "Base URL, for proxies and tests")
    discord_api_url: HttpUrl = _setting(
        "DISCORD_API_URL", "https://discord.com/api/v10", "Base URL, for proxies and tests"
    )
    discord_gateway_url: WebSocketUrl = _setting(
        "DISCORD_GATEWAY_URL", "wss://gateway.discord.gg/", "Base URL, for proxies and tests"
    )

    @property
    def dkim_required(self) -> bool:
        """Whether reports by mail without an aligned DKIM pass are held back."""
        if self.dkim is DkimMode.AUTO:
            return self.report_domain != LOCAL
        return self.dkim is DkimMode.REQUIRE

    @property
    def speaks_slack(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value())

    @property
    def speaks_discord(self) -> bool:
        return bool(self.discord_token.get_secret_value())
