"""The story that the golden files tell: a few domains in March 2026, one of which has just gone wrong."""

from datetime import timedelta

from commands.alerts.routing import Target
from storage.arrival import Delivery, QuarantineKind
from storage.database import Database
from storage.domains import register, unregister
from tests.alerting import ENFORCE, Watch
from tests.asking import told
from tests.builders import DAY, NOW, delivery, failure, policy
from tests.program_mails import report_mail

REPORTERS = {"google.com": ("Google Inc.", 400), "microsoft.com": ("Microsoft Corporation", 150), "web.de": ("1&1", 50)}
DAYS = 40
HOSTILE = {
    "result_type": "<!channel>-@everyone-*x*",
    "mx": "[click](https://evil.example) `code` ||x||",
    "reporter": "<@U1>\u202e **Evil** `Corp`\n# head",
}


def tell(db: Database) -> Watch:
    """Store the story in an empty database, let the alert rules run on it, and return what watched."""
    with db.writing() as connection:
        for number, name in enumerate(("example.com", "shop.example", "silent.example", "new.example")):
            register(connection, name, "slack:U0ADMIN", NOW - timedelta(days=DAYS + 1 - number))
        connection.exec_driver_sql("UPDATE domain SET token = 'k3v9q2m7' || id WHERE token IS NOT NULL")
        unregister(connection, "new.example")  # so that `domain add` brings back an address that is always the same
    watch = Watch(db, Target("slack", "#mail-ops"))
    for age in range(DAYS, 0, -1):
        watch.on(DAY - timedelta(days=age - 1), hour=8)
        watch.takes(*_ordinary_day(age))
    watch.on(NOW.date(), hour=NOW.hour)
    watch.takes(*_the_bad_day())
    watch.takes(*_odd_ones())
    return watch


def _ordinary_day(age: int) -> list[Delivery]:
    day = DAY - timedelta(days=age)
    weekend = day.weekday() > 4
    reports = []
    for signer, (name, sessions) in REPORTERS.items():
        ok = sessions // (3 if weekend else 1) + (age * 7) % 13
        noise = [failure("starttls-not-supported", 1)] if signer == "web.de" and age % 9 == 0 else []
        entries = (
            policy(ok, len(noise), *noise, policy_strings=ENFORCE),
            policy(ok // 4, policy_domain="shop.example", policy_type="no-policy-found", policy_strings=()),
        )
        reports.append(told(*entries, day=day, signer=signer, organisation=name, contact_info=f"tlsrpt@{signer}"))
    return reports


def _the_bad_day() -> list[Delivery]:
    detail = {"receiving_ip": "198.51.100.7", "reason_code": "X509_V_ERR_CERT_HAS_EXPIRED"}
    return [
        told(
            policy(10, sessions, failure("certificate-expired", sessions, **detail), policy_strings=ENFORCE),
            policy(sessions // 4, policy_domain="shop.example", policy_type="no-policy-found", policy_strings=()),
            day=DAY,
            signer=signer,
            organisation=name,
            contact_info=f"tlsrpt@{signer}",
        )
        for signer, (name, sessions) in REPORTERS.items()
        if signer != "web.de"
    ]


def _odd_ones() -> list[Delivery]:
    hostile = failure(HOSTILE["result_type"], 4, receiving_mx_hostname=HOSTILE["mx"], reason_code="<https://evil|x>")
    return [
        told(policy(3, 4, hostile, policy_domain="hostile.example"), organisation=HOSTILE["reporter"]),
        told(policy(7, policy_domain="xn--bcher-kva.example"), organisation="Kleiner Versender"),
        told(policy(5, policy_domain="held.example"), organisation="Unsigned Ltd", held=True),
        told(policy(2, policy_domain=None), organisation="Nameless Ltd"),
        *_unread(),
    ]


def _unread() -> list[Delivery]:
    """Return one mail that is damaged, and one that an older version could not read."""
    whole = report_mail("late.example", 9, report_id="late")
    frame = {"kind": QuarantineKind.UNREADABLE, "sender": "sender.example"}
    return [
        delivery(
            reason="gzip-truncated", detail="The gzip data ends too early.", body=whole[: len(whole) * 3 // 4], **frame
        ),
        delivery(reason="not-json", detail="What should be the report is not JSON.", body=whole, **frame),
    ]
