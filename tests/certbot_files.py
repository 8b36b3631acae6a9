"""Certificates laid out as certbot does: numbered files in archive/, links to the newest in live/."""

from pathlib import Path

from tests.certificates import CertificateMaker

NAMES = {"certificate.pem": "fullchain", "key.pem": "privkey"}


class CertbotFiles:
    """One lineage. Each renewal writes files with the next number, then turns the links, one by one."""

    def __init__(self, folder: Path, name: str = "reports.example.net") -> None:
        self._archive = folder / "archive" / name
        self._live = folder / "live" / name
        self._workshop = folder / "workshop"
        for made in (self._archive, self._live, self._workshop):
            made.mkdir(parents=True)
        self._number = 0
        self.certificate = self._live / "fullchain.pem"
        self.key = self._live / "privkey.pem"

    @property
    def newest_key(self) -> Path:
        return self.key.resolve()

    def renew(self) -> bytes:
        """Make the next certificate and return it (DER)."""
        der = self.write_files()
        for name in NAMES.values():
            self.turn_link(name)
        return der

    def write_files(self) -> bytes:
        """The first half of a renewal: nothing points at the new files yet."""
        maker = CertificateMaker(self._workshop)
        der: bytes = maker.write()
        self._number += 1
        for made, name in NAMES.items():
            target = self._archive / f"{name}{self._number}.pem"
            (self._workshop / made).rename(target)
            if name == "privkey":
                target.chmod(0o600)
        return der

    def turn_link(self, name: str) -> None:
        """Point a link at the newest file. certbot removes the old link first, so for a moment there is none."""
        link = self._live / f"{name}.pem"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("..") / ".." / "archive" / self._archive.name / f"{name}{self._number}.pem")
