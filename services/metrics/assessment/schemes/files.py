"""The schemes that ship: one file each; a place sets its own versions over them."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from services.metrics.assessment.schemes.domain import Scheme

SINCE = date(2023, 1, 1)  # The day from which a shipped scheme holds.


@cache
def shipped() -> dict[str, Scheme]:
    """Read the schemes that ship, by code."""
    found = [
        Scheme.model_validate(json.loads(path.read_text("utf-8")))
        for path in sorted(Path(__file__).parent.glob("*.json"))
    ]
    return {one.scheme: one for one in found}
