"""What the feeds say of each of two units: bad ratings, orders of the hotline, results of approvals, a service."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.events.approvals import ApprovalReceived
from shared.events.envelope import Event
from shared.events.hotline import OrderReceived
from shared.events.ratings import RatingSubmitted
from shared.events.services import ServiceAccepted
from tests.tasks.rectifications.made import code

CODES = {"A": code(1), "B": code(2)}
ITEMS = {"A": "0131", "B": "0117"}
CATEGORIES = {"A": ["城市管理"], "B": ["水务"]}
CASES = ("rectification", "fresh_rectification", "open_case", "reply_case", "refused_case")
ORDERS = ("order", "returnable", "unnamed", "hard")
APPROVALS = ("approval", "declinable")
REGION = "610481000000"
AN_HOUR = timedelta(hours=1)


def told(letter: str, now: datetime) -> Iterator[Event]:
    """Give the events about one unit, which came an hour ago."""
    then = now - AN_HOUR
    for name in CASES:
        yield RatingSubmitted(
            rating_id=f"r-{letter}-{name}",
            project_no=f"{letter}-{name}",
            service_number=1,
            unit_code=CODES[letter],
            region_code=REGION,
            channel="hall_tablet",
            level=1,
            scheme="push",
            raw_code="1",
            rated_at=then,
            source_id="hall",
            is_named=True,
            clerk=f"clerk-{letter}",
        )
    for name in ORDERS:
        yield OrderReceived(
            order_id=f"city-{letter}-{name}",
            source_id="city",
            order_no=f"{letter}-{name}",
            kind="help",
            category=tuple(CATEGORIES[letter]),
            region_code=REGION,
            caller=f"caller {letter}",
            received_at=then,
            scheme="test",
        )
    for name in APPROVALS:
        yield ApprovalReceived(
            approval_id=f"sp.{letter}-{name}",
            source_id="sp",
            project_no=f"{letter}-{name}",
            version=1,
            unit_code="11610000000000001X",
            item_code=f"{ITEMS[letter]}001",
            region_code=REGION,
            result="granted",
            decided_at=then,
            scheme="test",
        )
    yield ServiceAccepted(
        service_id=f"hall.{letter}",
        source_id="hall",
        project_no=f"{letter}-service",
        unit_code=CODES[letter],
        region_code=REGION,
        kind="promised",
        accepted_at=then,
        promised=10,
        promised_unit="workdays",
        scheme="test",
    )
