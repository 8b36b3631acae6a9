"""What the reader mended: sentences for people, each once, in the order in which they came up."""

_MOST = 20


class Repairs:
    """Collects the sentences of one report."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def note(self, sentence: str) -> None:
        if len(self._sentences) < _MOST:
            self._sentences[sentence] = None

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(self._sentences)
