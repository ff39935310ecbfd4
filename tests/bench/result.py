"""One measured line of `make bench`."""

import json
from dataclasses import asdict, dataclass


class InputMissingError(Exception):
    """What a benchmark measures on is not here; it steps aside and says so in one line."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured.

    Attributes:
        name: Stable name, compared over time (design: `ratings.consumer`, `import.jinghe`, …).
        ours: Our figure in `unit`.
        baseline: The raw limit measured in the same run, in `unit`; None where there is none.
        what: One sentence on both sides.
    """

    name: str
    ours: float
    baseline: float | None
    unit: str
    what: str

    @property
    def ratio(self) -> float | None:
        """Ours by baseline."""
        return None if not self.baseline else self.ours / self.baseline

    def to_json(self) -> str:
        """Write one line of `var/bench.jsonl`."""
        return json.dumps(asdict(self) | {"ratio": self.ratio}, ensure_ascii=False)
