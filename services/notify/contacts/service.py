"""Use cases on contacts: the whole book is read and written at once, so that it is never half right."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.contacts.book import Book, Leave, Person, Post, Way, check_book
from services.notify.models import LeaveRow, PersonRouteRow, PersonRow, PostRow, UnitRow
from shared.database import Tx


async def replace_book(tx: Tx, book: Book) -> None:
    """Put a book in the place of the one before.

    Raises:
        Invalid: As `book.check_book`; then nothing is changed.
    """
    session = tx.session
    check_book(book, frozenset(await session.scalars(select(UnitRow.unit_id))))
    for table in (LeaveRow, PostRow, PersonRouteRow, PersonRow):
        await session.execute(delete(table))
    session.add_all(PersonRow(id=person.id, name=person.name) for person in book.people)
    await session.flush()
    for person in book.people:
        session.add_all(
            PersonRouteRow(person_id=person.id, place=place, channel=way.channel, address=way.address)
            for place, way in enumerate(person.routes)
        )
    session.add_all(
        PostRow(mailbox=post.mailbox, person_id=post.person, from_day=post.since, until_day=post.until)
        for post in book.posts
    )
    session.add_all(
        LeaveRow(person_id=leave.person, from_day=leave.since, until_day=leave.until, deputy_id=leave.deputy)
        for leave in book.leaves
    )
    await session.flush()


async def read_book(session: AsyncSession) -> Book:
    """Read the book as it could be written again."""
    ways: dict[str, list[Way]] = {}
    routes = select(PersonRouteRow).order_by(PersonRouteRow.person_id, PersonRouteRow.place)
    for row in await session.scalars(routes):
        ways.setdefault(row.person_id, []).append(Way(channel=row.channel, address=row.address))
    people = await session.scalars(select(PersonRow).order_by(PersonRow.id))
    posts = await session.scalars(select(PostRow).order_by(PostRow.mailbox, PostRow.from_day))
    leaves = await session.scalars(select(LeaveRow).order_by(LeaveRow.person_id, LeaveRow.from_day))
    return Book(
        people=tuple(Person(id=row.id, name=row.name, routes=tuple(ways.get(row.id, ()))) for row in people),
        posts=tuple(
            Post(mailbox=row.mailbox, person=row.person_id, since=row.from_day, until=row.until_day)
            for row in posts
        ),
        leaves=tuple(
            Leave(person=row.person_id, since=row.from_day, until=row.until_day, deputy=row.deputy_id)
            for row in leaves
        ),
    )
