"""The addresses to which reports come: which are ours, and to which registered domain one belongs."""

import asyncio
from collections.abc import Sequence

from ingest.smtp.envelope import AddressKind, address_kind, split_address
from ingest.smtp.values import OurFault
from storage import domains
from storage.database import Database, DatabaseUnavailable


class ReportAddresses:
    """The shared address, one address for each registered domain (its local part is a token), and postmaster."""

    def __init__(self, database: Database, report_domain: str, shared: str) -> None:
        """Take the domain part of all addresses, and the local part of the shared one; empty when there is none."""
        self._database = database
        self._report_domain = report_domain
        self._shared = shared

    @property
    def shared(self) -> str:
        """The shared address; empty when there is none."""
        return f"{self._shared}@{self._report_domain}" if self._shared else ""

    def of_token(self, token: str) -> str:
        """Return the address whose local part is this token, handed out or not."""
        return f"{token}@{self._report_domain}"

    def kind(self, address: str) -> AddressKind:
        return address_kind(address, self._report_domain, self._shared)

    async def accepts(self, address: str) -> bool:
        """Whether an address is ours. Raises OurFault."""
        kind = self.kind(address)
        if kind is AddressKind.TOKEN:
            return bool(await self._domain_of(address))
        return kind is not AddressKind.FOREIGN

    async def token_domain(self, recipients: Sequence[str]) -> str:
        """Return the registered domain whose token is among the recipients, or an empty string. Raises OurFault."""
        tokens = [address for address in recipients if self.kind(address) is AddressKind.TOKEN]
        return await self._domain_of(tokens[0]) if tokens else ""

    def only_postmaster(self, recipients: Sequence[str]) -> bool:
        return bool(recipients) and all(self.kind(address) is AddressKind.POSTMASTER for address in recipients)

    async def _domain_of(self, address: str) -> str:
        token = split_address(address)[0].lower()

        def find() -> str:
            with self._database.reading() as connection:
                record = domains.by_token(connection, token)
                return record.name if record else ""

        try:
            return await asyncio.to_thread(find)
        except DatabaseUnavailable as error:
            raise OurFault(str(error)) from error
