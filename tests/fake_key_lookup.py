"""Key look-ups without DNS, for tests of what comes after them."""

from ingest.dkim.key import KeyAnswer, LookupStatus


class FakeKeyLookup:
    """Answers from a table of TXT records; `unavailable` names time out, all others are missing."""

    def __init__(
        self, records: dict[str, str | tuple[str, ...]] | None = None, unavailable: tuple[str, ...] = ()
    ) -> None:
        self._records = records or {}
        self._unavailable = unavailable
        self.asked: list[str] = []

    def forget_failures(self) -> None:
        """Nothing is remembered here."""

    async def key_record(self, name: str) -> KeyAnswer:
        self.asked.append(name)
        if name in self._unavailable:
            return KeyAnswer(LookupStatus.UNAVAILABLE, detail="no answer from DNS within 3 s")
        if name not in self._records:
            return KeyAnswer(LookupStatus.MISSING)
        found = self._records[name]
        texts = (found,) if isinstance(found, str) else found
        return KeyAnswer(LookupStatus.FOUND, tuple(text.encode() for text in texts))
