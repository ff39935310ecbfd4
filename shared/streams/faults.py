"""What stops the bus: faults that a person repairs, outages that pass, and a lease that was lost."""


class Fault(Exception):  # noqa: N818 - a fault, as the design calls it.
    """Something that must not go on: it is loud until it is repaired."""


class Foreign(Fault):
    """An entry that no relay of ours appended."""


class Ahead(Fault):
    """A stream or archive that knows more than the outbox."""


class Gap(Fault):
    """Entries between the cursor and the next one are missing.

    Attributes:
        after: The cursor.
        until: The sequence before the next entry.
    """

    def __init__(self, message: str, *, after: int, until: int) -> None:
        super().__init__(message)
        self.after = after
        self.until = until


class Outage(Exception):  # noqa: N818 - an outage is not our error.
    """The database or Redis does not answer: wait and do it again; nothing is parked for it."""


class Fenced(Exception):  # noqa: N818 - said of the one who is refused.
    """Another replica holds the lease now: this one's transaction is refused."""
