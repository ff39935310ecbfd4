"""Decides who is reached for a mailbox, and how: pure functions over posts, absences and addresses.

Invariants: a mailbox that somebody holds is never without a reader because of an absence; who holds a mailbox and who
is away follow from the business day alone, so a hand-over needs no work on its day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Route:
    """One way to reach a reader of a mailbox.

    Attributes:
        channel: Name of a channel.
        person: Id of the person.
        address: Where the channel finds that person; personal data, for the channel alone.
    """

    channel: str
    person: str
    address: str


@dataclass(frozen=True, slots=True)
class Holding:
    """That a person reads a mailbox from a day to another; both days count, None is open."""

    mailbox: str
    person: str
    from_day: date
    until_day: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


def deputy_of(person: str, deputies: Mapping[str, str]) -> str:
    """Name who stands in for a person today: the deputy, or the deputy's; the person itself when all are away.

    Args:
        person: Who holds the post.
        deputies: For everybody who is away today, who stands in.
    """
    seen, current = {person}, person
    while current in deputies:
        current = deputies[current]
        if current in seen:
            return person
        seen.add(current)
    return current


def readers(
    holdings: Iterable[Holding], deputies: Mapping[str, str], day: date
) -> dict[str, tuple[str, ...]]:
    """Name the people who read each mailbox on a day, who took it over last first, each once."""
    held = sorted(
        (one for one in holdings if one.holds(day)),
        key=lambda one: (one.mailbox, -one.from_day.toordinal(), one.person),
    )
    return {
        mailbox: tuple(dict.fromkeys(deputy_of(one.person, deputies) for one in ones))
        for mailbox, ones in groupby(held, key=lambda one: one.mailbox)
    }


def addresses(routes: Iterable[Route], channel: str) -> tuple[str, ...]:
    """Give the addresses for a channel, the preferred one first, each once."""
    return tuple(dict.fromkeys(route.address for route in routes if route.channel == channel))


def address(routes: Iterable[Route], channel: str, way: int = 0) -> str:
    """Give the address for a channel on its `way`, the last one where there are fewer; empty without any."""
    return next(iter(addresses(routes, channel)[: way + 1][-1:]), "")


def next_route(routes: Sequence[Route], tried: Mapping[str, int | None]) -> Route | None:
    """Give the preferred route on which a message was not tried yet; None when there is no more.

    Args:
        routes: The routes to its recipient, the preferred one first.
        tried: Every channel that has the message, with which of its addresses failed last; None where it has not
            failed, or has one place for everybody.
    """
    for route in routes:
        if route.channel not in tried:
            return route
        way = tried[route.channel]
        if way is not None and route.address in addresses(routes, route.channel)[way + 1 :]:
            return route
    return None


def routes_of(people: Iterable[str], ways: Mapping[str, Sequence[Route]]) -> tuple[Route, ...]:
    """Give the ways to readers in order of preference: all of the first one's, then the next one's."""
    return tuple(route for person in people for route in ways.get(person, ()))
