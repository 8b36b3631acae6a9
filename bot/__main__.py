"""The command line: `tlsrpt-bot run`, `demo`, `ask`, `import`, `export`, `send-report`, `doctor`, `migrate`."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Settings
from bot.settings_start import SettingsError, load_settings, not_built_yet
from bot.streams import open_closed_streams

USAGE_ERROR = 2
FAILED = 1

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Receives SMTP TLS reports (RFC 8460), explains them, and speaks up when mail is at risk.",
)


def main() -> None:
    """Entry of the program `tlsrpt-bot`."""
    open_closed_streams()
    app()


@app.command()
def run(
    *,
    console: Annotated[
        bool | None,
        typer.Option("--console/--no-console", help="A prompt in the terminal; default when no chat token is set."),
    ] = None,
) -> None:
    """Run the bot: SMTP, HTTP, jobs, and each chat platform whose tokens are set. SIGTERM ends it in order."""
    _end_on_sigterm()
    from bot.run_command import run_bot

    settings = _settings()
    speaks = settings.speaks_slack or settings.speaks_discord
    wanted = sys.stdin.isatty() and not speaks if console is None else console
    raise typer.Exit(run_bot(settings, console=wanted))


@app.command()
def demo() -> None:
    """Show what the bot does: made-up history, reports that keep coming, a prompt; nothing leaves this machine.

    The settings of the environment and of .env are not read, the database is removed at the end. Without a terminal
    the demo reads commands from stdin, a line each, prints answers and alerts as lines, and ends with its input.
    """
    _end_on_sigterm()
    from bot.demo_command import run_demo

    raise typer.Exit(run_demo())


@app.command()
def ask(
    words: Annotated[list[str], typer.Argument(help='A command, such as "status example.com 30d"; - reads lines.')],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON, a line for each command.")] = False,
    save: Annotated[Path | None, typer.Option(help="Folder into which attached files are written.")] = None,
) -> None:
    """Answer one command: exit 0 answered, 2 usage error, 1 failed. Has admin rights."""
    from bot.ask_command import ask_bot

    raise typer.Exit(ask_bot(_settings(), " ".join(words), as_json=as_json, save=save))


@app.command("import")
def import_(
    paths: Annotated[
        list[str],
        typer.Argument(help="Files (eml, json, mbox; packed with gzip or zip), Maildirs, folders, - for stdin."),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as an object.")] = False,
) -> None:
    """Import reports from files and folders; doing it twice changes nothing."""
    from bot.import_command import import_reports

    raise typer.Exit(import_reports(_settings(), paths, as_json=as_json))


@app.command("send-report")
def send_report(
    *,
    to: Annotated[str, typer.Option(help="The address; the shared one unless said.")] = "",
    domain: Annotated[str, typer.Option(help="The policy domain that the report is about.")] = "example.com",
    failures: Annotated[int, typer.Option(min=0, max=1_000_000, help="Failed sessions in it.")] = 0,
) -> None:
    """Send a made-up report through SMTP to the running bot: the first smoke test."""
    from bot.send_command import send_made_up_report

    raise typer.Exit(send_made_up_report(_settings(), to=to, domain=domain, failures=failures))


@app.command()
def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as an object.")] = False,
) -> None:
    """Examine settings, database, ports, report host, certificate and chats: exit 1 when something is wrong."""
    from bot.doctor_command import run_doctor

    raise typer.Exit(run_doctor(_settings(), as_json=as_json))


@app.command()
def export(
    period: Annotated[str, typer.Argument(help="7d, 2026-03, 2026-03-01..2026-03-31 or all; the last 30 days.")] = "",
    *,
    domain: Annotated[str, typer.Option(help="One policy domain; all unless said.")] = "",
    form: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
) -> None:
    """Write reports to stdout, a row for each policy and each failure: docs/export.md explains them."""
    from bot.export_command import export_to_stdout

    raise typer.Exit(export_to_stdout(_settings(), domain=domain, period=period, form=form))


@app.command()
def migrate() -> None:
    """Bring the database schema up to date (`run` does so by itself)."""
    from bot.run_command import migrate_database

    raise typer.Exit(migrate_database(_settings()))


def _end_on_sigterm() -> None:
    """Be ended in order while modules are still being loaded; the bot, once it runs, ends by handlers of its own."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def _settings() -> Settings:
    """Read the settings; on a fault, name all of them and end."""
    try:
        settings = load_settings()
    except SettingsError as error:
        typer.echo("The settings are wrong:", err=True)
        for fault in error.faults:
            typer.echo(f"  {fault}", err=True)
        typer.echo("Every setting is explained in .env.example.", err=True)
        raise typer.Exit(USAGE_ERROR) from None
    for sentence in not_built_yet(settings):
        typer.echo(f"{sentence}.", err=True)
    return settings


if __name__ == "__main__":
    main()
