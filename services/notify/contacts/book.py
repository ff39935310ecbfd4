"""The book of contacts 通讯录 as people write it: one JSON document, checked as a whole before any of it is kept."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.notify.domain import SUPERVISION_OFFICE
from services.notify.domain_recipients import unit_of
from shared.errors import Invalid

MAILBOX = re.compile(r"[\w.~-]{1,40}(/(officer|leader|overseer))?")
Id = Annotated[str, Field(min_length=1, max_length=64)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Way(_Entry):
    """One way to reach a person: the name of a channel, and where that finds the person."""

    channel: Annotated[str, Field(min_length=1, max_length=20)]
    address: Annotated[str, Field(min_length=1, max_length=300)]


class Person(_Entry):
    """A person, and the ways to reach them, the preferred one first."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=100)]
    routes: tuple[Way, ...] = ()


class Post(_Entry):
    """Who reads a mailbox, from a day to another; both count, and None is open."""

    mailbox: str
    person: str
    since: date
    until: date | None = None


class Leave(_Entry):
    """Who is away from a day to another, both included, and who stands in."""

    person: str
    since: date
    until: date
    deputy: str


class Book(_Entry):
    """All contacts."""

    people: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    leaves: tuple[Leave, ...] = ()


def check_book(book: Book, units: frozenset[str]) -> None:
    """Pass for a book in which everybody who is named is known; `units` are those of the ledger.

    Raises:
        Invalid: The first fault, with its place in the document.
    """
    fault = next(_faults(book, units), None)
    if fault is not None:
        field, message = fault
        raise Invalid(f"通讯录 {field}：{message}", code="contacts.faulty", field=field)


def _faults(book: Book, units: frozenset[str]) -> Iterator[tuple[str, str]]:
    known = {person.id for person in book.people}
    for person_id in _twice(person.id for person in book.people):
        yield "people", f"人员编号 {person_id} 出现多次，请合并"
    for place, post in enumerate(book.posts):
        yield from _of_post(f"posts.{place}", post, known, units)
    for place, leave in enumerate(book.leaves):
        for person_id in (leave.person, leave.deputy):
            if person_id not in known:
                yield f"leaves.{place}", f"没有人员 {person_id}，请先列入 people"
        if leave.until < leave.since or leave.person == leave.deputy:
            yield f"leaves.{place}", f"{leave.person} 的离岗时间或代理人不合理，请核对"


def _of_post(field: str, post: Post, known: set[str], units: frozenset[str]) -> Iterator[tuple[str, str]]:
    if post.person not in known:
        yield field, f"没有人员 {post.person}，请先列入 people"
    unit = unit_of(post.mailbox)
    if not MAILBOX.fullmatch(post.mailbox) or (unit not in units and post.mailbox != SUPERVISION_OFFICE):
        yield field, f"没有收件岗位 {post.mailbox}，应为单位编号，或加 /officer、/leader、/overseer"
    if post.until is not None and post.until < post.since:
        yield field, f"{post.mailbox} 的任职止 {post.until} 早于起 {post.since}"


def _twice(ids: Iterable[str]) -> list[str]:
    return [one for one, count in Counter(ids).items() if count > 1]
