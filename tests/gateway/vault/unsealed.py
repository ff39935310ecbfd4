"""The seal of tests that are about something else."""


class Unsealed:
    """Stores bytes as they are."""

    def seal(self, raw: bytes) -> bytes:
        """Give the same bytes."""
        return raw

    def open(self, sealed: bytes) -> bytes:
        """Give the same bytes."""
        return sealed
