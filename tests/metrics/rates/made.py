"""Feeds of the tests of rates: services, ratings and rectifications, told in an order that the test picks."""

from collections.abc import Sequence
from datetime import datetime

from services.metrics import service_ratings
from services.metrics.feeds import service as feeds
from services.metrics.rates import service
from services.metrics.rates.domain import Part
from services.metrics.rates.service import Answer, Asked, Rows
from shared.database import Database
from shared.events.envelope import Envelope, Event
from shared.events.rectifications import (
    RectificationCalledBack,
    RectificationJudged,
    RectificationOpened,
    RectificationRectified,
)
from shared.events.services import ServiceAccepted, ServiceCompleted, ServicePaused, ServiceResumed
from shared.testing import envelope
from tests.metrics import factories as make
from tests.metrics.factories import NOW

A, B = "11610000000000001A", "11610000000000002B"


def accepted(service_id: str = "s1", **changes: object) -> ServiceAccepted:
    content: dict[str, object] = {
        "service_id": service_id,
        "source_id": "src",
        "project_no": service_id,
        "unit_code": A,
        "kind": "promised",
        "accepted_at": NOW,
        "promised": 5,
        "promised_unit": "workdays",
        "scheme": "gb39046",
    }
    return ServiceAccepted.model_validate(content | changes)


def completed(service_id: str = "s1", at: datetime = NOW) -> ServiceCompleted:
    return ServiceCompleted(service_id=service_id, completed_at=at)


def paused(service_id: str = "s1", at: datetime = NOW, number: int = 1) -> ServicePaused:
    return ServicePaused(service_id=service_id, number=number, reason="correction", paused_at=at)


def resumed(service_id: str = "s1", at: datetime = NOW, number: int = 1) -> ServiceResumed:
    return ServiceResumed(service_id=service_id, number=number, resumed_at=at)


def opened(task: str = "t1", rating: str = "r1", **changes: object) -> RectificationOpened:
    content = {
        "task_id": task,
        "rating_id": rating,
        "unit_id": "u1",
        "level": 1,
        "is_named": True,
        "call_back": True,
    }
    return RectificationOpened.model_validate(content | changes)


def judged(
    task: str = "t1", rating: str = "r1", *, stands: bool = False, verdict: str = "malicious"
) -> Event:
    said = "founded" if stands and verdict == "malicious" else verdict
    content = {"task_id": task, "rating_id": rating, "verdict": said, "stands": stands, "by": ("p1", "p2")}
    return RectificationJudged.model_validate(content)


def rectified(task: str = "t1", rating: str = "r1", *, late: bool = False) -> RectificationRectified:
    return RectificationRectified(task_id=task, rating_id=rating, mode="at_once", late=late)


def called_back(task: str = "t1", rating: str = "r1", *, reached: bool = True) -> RectificationCalledBack:
    return RectificationCalledBack(task_id=task, rating_id=rating, attempt=1, reached=reached)


def in_envelopes(*events: Event, time: datetime = NOW, first: int = 1) -> list[Envelope]:
    """Put events into envelopes, in order."""
    return [envelope(event, sequence=n, revision=n, time=time) for n, event in enumerate(events, first)]


async def tell(db: Database, *events: Event, time: datetime = NOW, first: int = 1) -> None:
    """Tell events twice, in order."""
    told = in_envelopes(*events, time=time, first=first)
    for _ in range(2):
        await make.hand_over(db, told)


async def roll_all(db: Database) -> None:
    """Count everything that waits."""
    while await db.run_sync(service_ratings.roll_up_places) or await db.run_sync(feeds.roll_up_services):
        pass


async def ask(db: Database, rate: str, *, by: str = "unit", now: datetime = NOW, **more: object) -> Answer:
    """Answer a question."""
    asked = Asked(rate, by, now, **more)  # type: ignore[arg-type]
    async with db.reading() as session:
        return await (await session.connection()).run_sync(service.answer, asked)


async def rows(db: Database, asked: Asked, part: Part, page: tuple[str, int] = ("", 500)) -> Rows:
    """List rows."""
    async with db.reading() as session:
        return await (await session.connection()).run_sync(service.rows_behind, asked, part, page)


Shown = dict[tuple[str, str], tuple[int, int, dict[str, int]]]


def shown(answer: Answer) -> Shown:
    """Give numerator, denominator and exclusions of each group."""
    return {
        (group.unit, group.key): (
            one.numerator,
            one.denominator,
            {reason: left.count for reason, left in one.exclusions.items()},
        )
        for group, one in answer.figures.items()
    }


def batches(told: Sequence[Envelope], size: int) -> list[Sequence[Envelope]]:
    """Cut into batches."""
    return [told[begin : begin + size] for begin in range(0, len(told), size)]
