"""How many rows one mail or file may become: a few bytes, unpacked, can list failures without end."""


class Allowance:
    """What is left of it. Counted in all reports of the mail together."""

    def __init__(self, policies: int, failures: int) -> None:
        self._policies = policies
        self._failures = failures

    def take_policies(self, wanted: int) -> int:
        """Return how many of so many policies may be read."""
        taken = min(wanted, self._policies)
        self._policies -= taken
        return taken

    def take_failures(self, wanted: int) -> int:
        """Return how many of so many failure details may be read."""
        taken = min(wanted, self._failures)
        self._failures -= taken
        return taken
