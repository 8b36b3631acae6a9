"""What stands behind the HTTPS door: whose address it is, and the way of an upload to the disk."""

from ingest.addresses import ReportAddresses
from ingest.reading import OriginalReader
from ingest.receive import first_outcome
from ingest.smtp.envelope import AddressKind
from ingest.writer import Writer
from storage.arrival import Original, Outcome

LONGEST_TOKEN = 64


class UploadStore:
    """Reads and stores uploads. The end of the URL is the local part of the report address that gets them."""

    def __init__(self, addresses: ReportAddresses, reader: OriginalReader, writer: Writer) -> None:
        self._addresses = addresses
        self._reader = reader
        self._writer = writer

    def recipient(self, token: str) -> str:
        """Return the report address for the end of a URL, the shared one for none; empty if it cannot be ours."""
        if not token:
            return self._addresses.shared
        if not (token.isascii() and token.isalnum() and len(token) <= LONGEST_TOKEN):
            return ""
        address = self._addresses.of_token(token)
        return address if self._addresses.kind(address) is AddressKind.TOKEN else ""

    async def accepts(self, recipient: str) -> bool:
        """Whether somebody here has this address. Raises OurFault."""
        return await self._addresses.accepts(recipient)

    async def store(self, original: Original) -> Outcome | None:
        """Return once it is on disk; None when nobody here has its address. Raises OurFault when nothing was kept."""
        if not await self.accepts(original.recipients[0]):
            return None
        return first_outcome(await self._writer.store(await self._reader.read(original)))
