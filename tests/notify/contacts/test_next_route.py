"""A message that finally failed on one route goes over the recipient's next one, once, and the records say so."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import handlers
from services.notify.domain import MOST_ATTEMPTS, Outcome, Result
from services.notify.models import DeliveryRow, NoticeRow, PersonRouteRow, PersonRow, PostRow
from services.notify.ports import Parcel
from services.notify.service_notices import decide_due
from services.notify.service_parcels import UNANSWERED_FOR, begin_sending
from shared.database import Database
from shared.testing import FakeClock
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import (
    FakeChannel,
    adopt_shipped_rules,
    at,
    clock_started,
    round_at,
    sender,
    task_registered,
    tell,
)

JUNE_26, JUNE_27 = date(2023, 6, 26), date(2023, 6, 27)
REFUSED, FAILED = Outcome(Result.REFUSED, "no such user"), Outcome(Result.FAILED, "busy")


@dataclass(slots=True)
class Addressed(FakeChannel):
    """A channel that needs an address, and refuses some."""

    per_minute: ClassVar[int] = 60
    needs_address: ClassVar[bool] = True
    refuses: Sequence[str] = ()

    async def send(self, parcel: Parcel) -> Outcome:
        outcome = await FakeChannel.send(self, parcel)
        return REFUSED if parcel.to in self.refuses else outcome


@dataclass(slots=True)
class Post:
    """A unit that is told of one task by `mail`, with a channel `sms` beside it."""

    db: Database
    clock: FakeClock
    mail: Addressed = field(default_factory=lambda: Addressed(name="mail"))
    sms: Addressed = field(default_factory=lambda: Addressed(name="sms"))

    async def told(self, *routes: tuple[str, str, str], channels: Sequence[str] = ("mail",)) -> "Post":
        """Write the routes (person, channel, address) of the mailbox, and decide a notice for some channels."""
        await write_book(self.db, routes)
        await adopt_shipped_rules(self.db)
        await tell(self.db, handlers.on_task_registered, task_registered())
        await tell(self.db, handlers.on_clock_started, clock_started(recorded_at=at(JUNE_26)))
        for day in (JUNE_26, JUNE_27):
            self.clock.instant = at(day)
            async with self.db.transaction() as tx:
                await decide_due(tx, replace(round_at(at(day)), channels=tuple(channels)))
        return self

    async def live(self, looks: int = 12) -> None:
        """Let the sender look at growing distances, as its tries do."""
        for number in range(looks):
            while await sender(self.db, self.mail, self.sms).step() == 0.0:
                pass
            self.clock.advance(timedelta(seconds=5**number) if number < MOST_ATTEMPTS else timedelta(hours=1))

    def reached(self) -> list[tuple[str, str]]:
        return [(one.channel, one.to) for one in (*self.mail.parcels, *self.sms.parcels)]

    async def attempts(self) -> list[tuple[str, int, str, str]]:
        async with self.db.reading() as session:
            rows = await session.scalars(
                select(DeliveryRow).order_by(DeliveryRow.channel, DeliveryRow.number)
            )
            return [(row.channel, row.number, row.outcome, row.instead_of) for row in rows]


async def write_book(db: Database, routes: Sequence[tuple[str, str, str]]) -> None:
    """Let people hold the post of u1, who is named first having taken it over last."""
    people = list(dict.fromkeys(person for person, _, _ in routes))
    async with db.transaction() as tx:
        tx.session.add_all(PersonRow(id=person, name=person) for person in people)
        await tx.session.flush()
        for place, (person, channel, address) in enumerate(routes):
            way = PersonRouteRow(person_id=person, place=place, channel=channel, address=address)
            tx.session.add(way)
        for place, person in enumerate(people):
            since = date(2023, 1, 20 - place)
            tx.session.add(PostRow(mailbox="u1", person_id=person, from_day=since, until_day=None))


@pytest.fixture
def post(open_database: OpenDatabase) -> Post:
    clock = FakeClock(at(JUNE_26))
    return Post(open_database(clock), clock)


@ON_BOTH
async def test_what_is_refused_for_good_goes_over_the_next_route_once(post: Post) -> None:
    await post.told(("lee", "mail", "a@x"), ("lee", "sms", "138"))
    post.mail.refuses = ["a@x"]

    await post.live()

    assert post.reached() == [("mail", "a@x"), ("sms", "138")]
    assert await post.attempts() == [("mail", 1, "refused", ""), ("sms", 1, "sent", "mail")]


@ON_BOTH
async def test_what_fails_in_all_tries_goes_over_the_next_route_once(post: Post) -> None:
    await post.told(("lee", "mail", "a@x"), ("lee", "sms", "138"))
    post.mail.outcome = FAILED

    await post.live()

    assert post.reached() == [*[("mail", "a@x")] * MOST_ATTEMPTS, ("sms", "138")]
    assert (await post.attempts())[-1] == ("sms", 1, "sent", "mail")


async def test_the_next_route_may_be_another_address_of_the_channel_with_all_tries_of_its_own(
    post: Post,
) -> None:
    await post.told(("lee", "mail", "a@x"), ("wang", "mail", "b@x"))
    post.mail.refuses, post.mail.outcome = ["a@x"], FAILED

    await post.live()

    assert post.reached() == [("mail", "a@x"), *[("mail", "b@x")] * MOST_ATTEMPTS]
    assert len({one.id for one in post.mail.parcels}) == 1
    assert [one[3] for one in await post.attempts()] == ["", *["mail"] * MOST_ATTEMPTS]


async def test_every_route_is_tried_in_the_order_of_the_book_and_none_twice(post: Post) -> None:
    await post.told(("lee", "mail", "a@x"), ("lee", "sms", "138"), ("wang", "mail", "b@x"))
    post.mail.refuses, post.sms.refuses = ["a@x", "b@x"], ["138"]

    await post.live()

    assert await post.attempts() == [
        ("mail", 1, "refused", ""),
        ("mail", 2, "refused", "sms"),
        ("sms", 1, "refused", "mail"),
    ]


async def test_a_channel_that_carries_the_notice_anyhow_is_no_next_route(post: Post) -> None:
    await post.told(("lee", "mail", "a@x"), ("lee", "sms", "138"), channels=("mail", "sms"))
    post.mail.refuses = ["a@x"]

    await post.live()

    assert await post.attempts() == [("mail", 1, "refused", ""), ("sms", 1, "sent", "")]


async def test_of_a_message_only_those_notices_go_on_that_the_next_channel_does_not_carry(post: Post) -> None:
    await post.told(("lee", "mail", "a@x"), ("lee", "sms", "138"))
    async with post.db.transaction() as tx:
        (row,) = await tx.session.scalars(select(DeliveryRow))
        kept = {"haste": row.haste, "not_before": row.not_before, "next_try_at": row.next_try_at}
        other = {"notice_id": await another_notice(tx.session), "number": 1, "detail": "", **kept}
        tx.session.add(DeliveryRow(**other, channel="mail", outcome="waiting"))
        tx.session.add(DeliveryRow(**other, channel="sms", outcome="sent"))
    post.mail.refuses = ["a@x"]

    await post.live()

    (by_mail,), (by_sms,) = post.mail.parcels, post.sms.parcels
    assert [len(one.letters) for one in (by_mail, by_sms)] == [2, 1]
    assert by_sms.letters[0].notice_id != "n-other"


async def another_notice(session: AsyncSession) -> str:
    """Write the notice that was told as one about another task too."""
    (told,) = (await session.scalars(select(NoticeRow).where(NoticeRow.text != ""))).all()
    columns = {column.name: getattr(told, column.name) for column in NoticeRow.__table__.columns}
    session.add(NoticeRow(**{**columns, "id": "n-other", "task_id": "t2"}))
    await session.flush()
    return "n-other"


async def test_without_another_route_what_failed_stays_as_it_is(post: Post) -> None:
    await post.told()
    post.mail.refuses = [""]

    await post.live()

    assert await post.attempts() == [("mail", 1, "refused", "")]


async def test_a_last_try_without_an_answer_goes_over_the_next_route_too(post: Post) -> None:
    await post.told(("lee", "mail", "a@x"), ("lee", "sms", "138"))
    post.mail.outcome = FAILED
    for number in range(1, MOST_ATTEMPTS):
        await sender(post.db, post.mail).step()
        post.clock.advance(timedelta(seconds=5**number))
    async with post.db.transaction() as tx:
        await begin_sending(tx, real_now=tx.now)
    post.clock.advance(UNANSWERED_FOR + timedelta(seconds=1))

    await post.live(looks=2)

    assert (await post.attempts())[-2:] == [
        ("mail", MOST_ATTEMPTS, "unknown", ""),
        ("sms", 1, "sent", "mail"),
    ]
