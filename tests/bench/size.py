"""How much is measured: all of it, or with SHORT=1 so little that it only shows that every benchmark works."""

import os

SHORT = os.environ.get("SHORT", "") not in {"", "0"}


def either(full: int, short: int) -> int:
    """Give `full`, or `short` in a short run, whose figures mean nothing."""
    return short if SHORT else full
