"""Who plays in the demo: senders of reports as there are in the wild, and four domains. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """A mail operator that reports. `share` is its part of a domain's sessions, 0 to 1."""

    organisation: str
    domain: str
    share: float
    hour: float
    """When its reports are sent: hours after the UTC midnight at which the day ended."""
    addresses: tuple[str, ...]
    """Its outgoing servers."""
    zone_hours: int = 0
    """Its days begin so many hours before those of UTC."""
    presence: float = 1.0
    """Part of the days on which it has any session to report."""
    compressed: bool = True
    signs: bool = True
    weekly: bool = False


@dataclass(frozen=True, slots=True)
class Receiver:
    """A domain that receives mail and reports about it."""

    name: str
    sessions: int
    """On an ordinary working day, all senders together."""
    mode: str
    """Of its MTA-STS policy; empty where it has none."""
    network: str
    """The first three octets of its mail servers' addresses."""
    senders: int
    """How many of the cast send to it, from the largest on."""

    @property
    def mx_hosts(self) -> tuple[str, str]:
        return f"mx1.{self.name}", f"mx2.{self.name}"

    def address_of(self, mx_host: str) -> str:
        return f"{self.network}.{11 + self.mx_hosts.index(mx_host)}"


BIGMAIL = Sender("Bigmail LLC", "bigmail.example", 0.38, 10, ("192.0.2.10", "192.0.2.11"))
OFFICEPOST = Sender("Officepost Corporation", "officepost.example", 0.24, 5, ("192.0.2.30", "192.0.2.31"))
HERON = Sender("Heron Mail", "heronmail.example", 0.1, 2, ("192.0.2.50",))
FASTBOX = Sender("Fastbox Ltd", "fastbox.example", 0.08, 3, ("192.0.2.60",))
KIRCHBERG = Sender("Kirchberg Telekom", "kirchberg-telekom.example", 0.06, 1, ("192.0.2.70",))
POSTINO = Sender("Postino S.p.A.", "postino.example", 0.05, 14, ("192.0.2.80",))
SAKURA = Sender("Sakura Net", "sakuranet.example", 0.04, 16, ("192.0.2.90",), zone_hours=9)
SEEBURG = Sender("University of Seeburg", "uni-seeburg.example", 0.02, 6, ("192.0.2.100",), weekly=True)
VOLTA = Sender("Volta Energy", "volta-energy.example", 0.015, 7, ("192.0.2.110",), presence=0.7)
GRANITE = Sender("Granite Insurance", "granite.example", 0.01, 4, ("192.0.2.120",), presence=0.6, compressed=False)
TINY = Sender("mail.tiny.example", "tiny.example", 0.005, 0.5, ("192.0.2.130",), presence=0.5, signs=False)
CAST = (BIGMAIL, OFFICEPOST, HERON, FASTBOX, KIRCHBERG, POSTINO, SAKURA, SEEBURG, VOLTA, GRANITE, TINY)

HEALTHY = Receiver("bank.example", 2400, "testing", "198.51.100", senders=11)
EXPIRED = Receiver("shop.example", 900, "enforce", "203.0.113", senders=10)
BROKEN_POLICY = Receiver("news.example", 420, "enforce", "198.51.100", senders=8)
SILENT = Receiver("club.example", 70, "", "203.0.113", senders=5)
RECEIVERS = (HEALTHY, EXPIRED, BROKEN_POLICY, SILENT)

_TOWNS = ("alder", "birch", "cedar", "dover", "elm", "fern", "grove", "hazel", "iris", "juniper", "kelp", "linden")
_TRADES = ("bakery", "clinic", "dental", "florist", "garage", "hotel", "library", "museum", "notary", "school")


def passers_by() -> list[Sender]:
    """Return a long tail of small senders, each of which reports once."""
    names = [f"{town}-{trade}.example" for trade in _TRADES for town in _TOWNS]
    return [
        Sender(name, name, 0.003 + 0.0001 * (place % 20), 0, (f"192.0.2.{140 + place % 100}",))
        for place, name in enumerate(names)
    ]
