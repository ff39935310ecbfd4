"""What events say to returns: bad ratings of a source, orders, and what happened to their tasks; pure."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.returns.domain import Step
from services.gateway.returns.domain_events import Happened, Origin, Said, may_say, read
from shared.events import Event
from shared.events.ratings import RatingSubmitted
from shared.events.supervision import TaskAccepted, TaskProgressed
from shared.testing import DRILL_START, envelope


def rated(level: int, source_id: str = "push") -> RatingSubmitted:
    said: dict[str, Any] = {"unit_code": "u", "channel": "pc", "scheme": "push", "raw_code": "1"}
    told: dict[str, Any] = {
        "rating_id": "r",
        "project_no": "p",
        "service_number": 1,
        "source_id": source_id,
        "level": level,
    }
    return RatingSubmitted(**said, **told, rated_at=datetime(2023, 6, 20, tzinfo=UTC))


def said_by(event: Event) -> Said | None:
    return read(envelope(event))


def worth_reading(event: Event) -> bool:
    return may_say(event.type, event.model_dump_json().encode())


def test_a_bad_rating_of_a_source_is_where_a_return_comes_from() -> None:
    assert said_by(rated(1)) == Origin("rating", "r", "push", "p", service_number=1, assessment_number=1)
    assert worth_reading(rated(1))
    assert worth_reading(rated(2))


@pytest.mark.parametrize("event", [rated(3), rated(5), rated(1, source_id="")])
def test_a_good_rating_and_one_without_a_source_say_nothing(event: RatingSubmitted) -> None:
    assert said_by(event) is None


def test_the_bytes_of_a_good_rating_are_not_read() -> None:
    assert not worth_reading(rated(5))


def test_what_happened_to_a_task_is_said_and_what_returns_do_not_know_is_passed_over() -> None:
    accepted = TaskAccepted(task_id="t", state="accepted")
    progressed = TaskProgressed(task_id="t", state="in_progress", progress=50)

    assert said_by(accepted) == Happened("t", Step.ACCEPTED, DRILL_START)
    assert said_by(progressed) is None
    assert (worth_reading(accepted), worth_reading(progressed)) == (True, False)
