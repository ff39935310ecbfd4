"""Which words go back with a state: of the step's own occurrence, and of the platform's own case alone; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.gateway.returns.domain import Step, SubjectKind


class Wanted(NamedTuple):
    """The state whose words are wanted.

    Attributes:
        source_id: Of the platform that is called.
        task_id: What its rating or order became.
        occurrence: Of the step: 1 for the first.
    """

    source_id: str
    kind: SubjectKind
    subject_id: str
    task_id: str
    step: Step
    occurrence: int


# Step → what the ledger calls the step with the words, and the field with the last of them.
PLACES: Mapping[tuple[SubjectKind, Step], tuple[str, str]] = {
    ("rating", Step.RECTIFIED): ("rectify", "measures"),
    ("rating", Step.REPLIED): ("reply", "reply"),
    ("order", Step.ANSWERED): ("answer", "answer"),
}


PATHS: Mapping[SubjectKind, str] = {"rating": "rectifications", "order": "orders"}


def has_words(wanted: Wanted) -> bool:
    """Say whether a state comes with words at all."""
    return bool(wanted.task_id) and (wanted.kind, wanted.step) in PLACES


def is_own(wanted: Wanted, case: Mapping[str, Any]) -> bool:
    """Say whether a case of the ledger is the one of this rating, or of this order of this source."""
    if wanted.kind == "order":
        return bool(case["order_id"] == wanted.subject_id and case["source_id"] == wanted.source_id)
    return wanted.subject_id in {one["rating_id"] for one in case["ratings"]}


def words_of(wanted: Wanted, case: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> str:
    """Give the words that were said then: a repeat says the same, whatever was said since.

    An order that is answered together with another one 并单 has no steps of its own: the words stand on itself.
    """
    step, field = PLACES[wanted.kind, wanted.step]
    said = [str(one["reason"]) for one in steps if one["step"] == step]
    if len(said) >= wanted.occurrence:
        return said[wanted.occurrence - 1]
    return str(case.get(field) or "")
