"""The owner of a subscription that is served no more hears of it once, with the other notices."""

from datetime import date, timedelta

from sqlalchemy import select

from services.notify import handlers
from services.notify.models import DeliveryRow, InboxRow, NoticeRow
from services.notify.wording import unserved_text
from shared.database import Database
from shared.events.exchange import SubscriptionDisabled
from shared.testing import FakeClock, deliver_twice, envelope
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import adopt_shipped_rules, at

JUNE_20 = date(2023, 6, 20)
DISABLED = SubscriptionDisabled(
    subscription="credit", owner="key-1", owner_unit="u1", why="failing", position=7
)


async def told(open_database: OpenDatabase, event: SubscriptionDisabled, **ago: int) -> Database:
    clock = FakeClock(at(JUNE_20, 9))
    db = open_database(clock)
    await adopt_shipped_rules(db)
    handle = handlers.on_subscription_disabled(["log"])
    await deliver_twice(db, handle, envelope(event, sequence=4, time=clock.now() - timedelta(**ago)))
    return db


async def notices(db: Database) -> list[NoticeRow]:
    async with db.reading() as session:
        return list(await session.scalars(select(NoticeRow)))


@ON_BOTH
async def test_the_unit_of_the_owner_is_told_once(open_database: OpenDatabase) -> None:
    db = await told(open_database, DISABLED)

    async with db.reading() as session:
        inbox = list(await session.scalars(select(InboxRow)))
        attempts = list(await session.scalars(select(DeliveryRow)))
    (notice,) = await notices(db)
    assert [(row.notice_id, row.recipient) for row in inbox] == [(notice.id, "u1")]
    assert [(row.notice_id, row.channel) for row in attempts] == [(notice.id, "log")]
    assert "duban subscription resume credit" in notice.text


async def test_without_a_unit_the_supervision_office_is_told(open_database: OpenDatabase) -> None:
    db = await told(open_database, DISABLED.model_copy(update={"owner_unit": ""}))

    assert [one.recipient for one in await notices(db)] == ["supervision-office"]


async def test_what_is_learned_of_weeks_later_is_recorded_and_not_told(open_database: OpenDatabase) -> None:
    db = await told(open_database, DISABLED, days=30)

    assert [(one.verdict, one.text) for one in await notices(db)] == [("skipped_before_recorded", "")]


def test_the_words_say_why() -> None:
    assert "不再接收" in unserved_text("credit", gone=True)
    assert "连续多日" in unserved_text("credit", gone=False)
