"""Decides who is reached for a mailbox, and how: pure functions over posts, absences and addresses.

Invariants: a mailbox that somebody holds is never without a reader because of an absence; who holds a mailbox and who
is away follow from the business day alone, so a hand-over needs no work on its day. A mailbox outlives its unit: those
of the heir read it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from services.notify.domain_recipients import next_in_line, unit_of


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


def heir_of(unit: str, successors: Mapping[str, str]) -> str:
    """Name the unit that answers for a unit now: its successor, or that one's, and so on.

    Args:
        unit: Any unit; one that was not merged answers for itself.
        successors: For every unit that was merged, into which.
    """
    seen = {unit}
    while unit in successors and successors[unit] not in seen:
        unit = successors[unit]
        seen.add(unit)
    return unit


def passed_to(mailbox: str, successors: Mapping[str, str]) -> str:
    """Name the mailbox that is told now what this one would have been: the same post of the unit's heir."""
    unit, slash, post = mailbox.partition("/")
    return f"{heir_of(unit, successors)}{slash}{post}"


def passed_from(mailbox: str, successors: Mapping[str, str]) -> tuple[str, ...]:
    """Name the mailboxes whose inbox is this one's: itself, and the same of every unit whose heir its unit is."""
    unit, slash, post = mailbox.partition("/")
    merged = (one for one in sorted(successors) if one != unit and heir_of(one, successors) == unit)
    return (mailbox, *(f"{one}{slash}{post}" for one in merged))


def read_by(mailbox: str, successors: Mapping[str, str]) -> tuple[str, ...]:
    """Name the mailboxes whose readers are reached for a mailbox: those of the first that has any.

    Of a unit that was merged: the same post of its heir, the next in line there, and last those it had itself.
    """
    inherited = passed_to(mailbox, successors)
    if inherited == mailbox:
        return (mailbox,)
    return (*dict.fromkeys((inherited, next_in_line(inherited), mailbox)),)


def fellows(
    mailboxes: Iterable[str], people: Mapping[str, Sequence[str]], successors: Mapping[str, str]
) -> frozenset[str]:
    """Name the other mailboxes that somebody reads who reads one of these, or may.

    Args:
        mailboxes: Those that are asked about.
        people: Who reads each mailbox on the day.
        successors: For every unit that was merged, into which.
    """
    asked = frozenset(mailboxes)
    mine = {person for one in asked for other in read_by(one, successors) for person in people.get(other, ())}
    read = [mailbox for mailbox, persons in people.items() if not mine.isdisjoint(persons)]
    return frozenset(one for mailbox in read for one in passed_from(mailbox, successors)) - asked


def held_by_heirs(held: Iterable[str], units: Iterable[str], successors: Mapping[str, str]) -> frozenset[str]:
    """Name the posts of these units that somebody holds: also those of a merged unit that its heir has.

    Args:
        held: All mailboxes of posts that somebody holds.
        units: The units that are asked about.
        successors: For every unit that was merged, into which.
    """
    posts: dict[str, list[str]] = {}
    for mailbox in held:
        posts.setdefault(unit_of(mailbox), []).append(mailbox.partition("/")[2])
    return frozenset(
        f"{unit}/{post}"
        for unit in units
        for one in {unit, heir_of(unit, successors)}
        for post in posts.get(one, ())
    )


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
