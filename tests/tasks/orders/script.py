"""Forty-eight planted orders over the National Day holidays: what happens to each, as data."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.tasks.orders.made import CITY, HOUSING, TRANSPORT, WATER

BEIJING = ZoneInfo("Asia/Shanghai")
FIRST = date(2023, 9, 25)
ROUNDS = 4
# An instant, the number of an order, what happens to it, and with what.
Happening = tuple[datetime, int, str, tuple[Any, ...]]
# What happens to the orders of a profile: the day after they came, the hour, what, and with what.
PROFILES: tuple[tuple[tuple[int, int, str, tuple[Any, ...]], ...], ...] = (
    ((0, 15, "contact", (CITY,)), (2, 10, "answer", (CITY, "yes"))),
    # Contacted and answered late.
    ((16, 10, "contact", (CITY,)), (17, 10, "answer", (CITY, "no"))),
    # Returned and granted, then dispatched by hand.
    (
        (0, 10, "return", (CITY,)),
        (1, 10, "grant", (None,)),
        (4, 10, "dispatch", (WATER,)),
        (5, 10, "answer", (WATER, "partly")),
    ),
    # Returned and refused.
    (
        (0, 10, "return", (CITY,)),
        (1, 10, "refuse_return", ()),
        (3, 10, "answer", (CITY, "yes")),
    ),
    # Through two units to 疑难工单.
    (
        (0, 10, "return", (CITY,)),
        (0, 11, "grant", (WATER,)),
        (1, 10, "return", (WATER,)),
        (1, 11, "grant", (None,)),
        (2, 10, "industry", (HOUSING,)),
        (3, 10, "handler", (TRANSPORT,)),
        (20, 10, "answer", (TRANSPORT, "yes")),
    ),
    # Merged into the first of its round.
    ((1, 9, "merge", (-5,)),),
    ((1, 9, "extend", (CITY, 5)), (14, 10, "answer", (CITY, "yes"))),
    # Urged, before it came and after.
    ((-1, 9, "urged", (1,)), (1, 9, "urged", (2,)), (2, 10, "answer", (CITY, "yes"))),
    ((1, 9, "recalled", ()),),
    # Answered, and the caller not content; again, and then content.
    (
        (1, 10, "answer", (CITY, "yes")),
        (4, 10, "revisited", (1, "no", 1)),
        (5, 10, "revisited", (2, "no", 1)),
        (6, 10, "answer", (CITY, "yes")),
        (7, 10, "visit", ("yes", 5)),
    ),
    ((1, 9, "refused", ()),),
    # Urgent, and an hour late.
    ((1, 10, "answer", (CITY, "yes")),),
    # Recalled before it came.
    ((-1, 9, "recalled", ()),),
)
MERGED, MAIN, URGENT = 5, 0, 11  # Profiles that the script and its reader have to know.
ORDERS = len(PROFILES) * ROUNDS


def at(day: int, hour: int = 9) -> datetime:
    """Give an hour of the day so many calendar days after the first."""
    return datetime.combine(FIRST + timedelta(days=day), time(hour), BEIJING)


def script() -> list[Happening]:
    """Write down everything in the order of time; what happens to the same order at once keeps its order."""
    told: list[Happening] = []
    for number in range(ORDERS):
        came = number // len(PROFILES) * 3 + number % 2
        kind = number % len(PROFILES)
        told.append((at(came), number, "received", (kind == URGENT,)))
        told += [(at(came + day, hour), number, what, said) for day, hour, what, said in PROFILES[kind]]
    return sorted(told, key=lambda one: one[0])
