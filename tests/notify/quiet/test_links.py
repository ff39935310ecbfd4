"""Signed links: what they are bound to, what they change, and which messages carry them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.notify.app import _channels
from services.notify.channels.building import build_channels
from services.notify.channels.config import ChannelsConfig
from services.notify.domain_parcels import Letter
from services.notify.models import NoticeRow, ReplyRow
from services.notify.ports import Parcel
from services.notify.quiet.domain import Answer
from services.notify.quiet.domain_links import Link, read_link, sign_link
from services.notify.quiet.linked import Linked, Links, in_text
from services.notify.settings import Settings
from shared.clock import LiveClock, end_of_day
from shared.errors import Conflict, Invalid
from shared.principal import Principal, sign
from tests.notify.channels.vendors import WEBHOOK_KEY
from tests.notify.conftest import OpenDatabase
from tests.notify.made import JUNE_30, FakeChannel
from tests.notify.test_api import SECRET, running, told_service

READER = Principal(id="link", role="link", scopes=frozenset({"links:use"}))
NOW = datetime.now(UTC)


def token(notice: str, answer: Answer = Answer.ACKNOWLEDGED, *, mailbox: str = "u1", days: int = 14) -> str:
    link = Link(notice_id=notice, mailbox=mailbox, answer=answer)
    return sign_link(link, SECRET, until=NOW + timedelta(days=days))


async def use(client: httpx.AsyncClient, path: str, shown: str, **body: str) -> dict[str, Any]:
    headers = {"x-duban-principal": sign(READER, SECRET, now=datetime.now(UTC))}
    answer = await client.post(f"/links/{path}", json={"token": shown} | body, headers=headers)
    return dict(answer.json())


async def told(open_database: OpenDatabase) -> tuple[NoticeRow, Any]:
    db = await told_service(open_database)
    async with db.reading() as session:
        stated = select(NoticeRow).where(NoticeRow.recipient == "u1", NoticeRow.text != "")
        notice = (await session.scalars(stated)).first()
    assert notice is not None
    return notice, db


async def replies(db: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - the database of the test.
    async with db.reading() as session:
        return [(row.kind, row.reason, row.by) for row in await session.scalars(select(ReplyRow))]


def test_a_link_says_again_what_was_signed() -> None:
    assert read_link(token("n1", Answer.SNOOZED), SECRET) == Link(
        notice_id="n1", mailbox="u1", answer=Answer.SNOOZED
    )


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "no.token.at-all",
        token("n1")[:-4] + "AAAA",
        sign_link(Link(notice_id="n1", mailbox="u1", answer=Answer.ACKNOWLEDGED), "x" * 32, until=NOW),
    ],
)
def test_a_forged_or_altered_link_is_refused(shown: str) -> None:
    with pytest.raises(Invalid, match="链接无效"):
        read_link(shown, SECRET)


def test_a_signed_principal_is_no_link() -> None:
    with pytest.raises(Invalid, match="链接无效"):
        read_link(sign(READER, SECRET, now=datetime.now(UTC)), SECRET)


def test_a_link_ends_and_says_so() -> None:
    with pytest.raises(Conflict, match="链接已过期"):
        read_link(token("n1", days=-1), SECRET)


async def test_looking_changes_nothing_and_answering_twice_is_answering_once(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    notice, db = await told(open_database)
    async with running(tmp_path) as client:
        seen = await use(client, "look", token(notice.id))
        before = await replies(db)
        first = await use(client, "answer", token(notice.id), reason="正在办")
        second = await use(client, "answer", token(notice.id), reason="别的话")

    assert (seen["given"], seen["text"], before) == (False, notice.text, [])
    assert first == second
    assert await replies(db) == [("acknowledged", "正在办", "link:u1")]


async def test_a_link_puts_a_notice_off_for_three_working_days(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    notice, db = await told(open_database)
    async with running(tmp_path) as client:
        done = await use(client, "answer", token(notice.id, Answer.SNOOZED))

    assert (done["given"], done["answer"]) == (True, "snoozed")
    assert await replies(db) == [("snoozed", "通过消息中的链接回复", "link:u1")]


async def test_a_link_for_another_mailbox_or_notice_changes_nothing(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    notice, db = await told(open_database)
    async with running(tmp_path) as client:
        other = await use(client, "answer", token(notice.id, mailbox="u2"))
        none = await use(client, "answer", token("none"))

    assert (other["code"], none["code"]) == ("link.not_yours", "notice.not_found")
    assert await replies(db) == []


async def test_a_key_of_a_unit_can_not_use_the_routes_of_links(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    notice, _ = await told(open_database)
    unit = Principal(id="k", role="unit", unit="u1", scopes=frozenset({"tasks:read", "tasks:write"}))
    headers = {"x-duban-principal": sign(unit, SECRET, now=datetime.now(UTC))}
    async with running(tmp_path) as client:
        said = await client.post("/links/answer", json={"token": token(notice.id)}, headers=headers)

    assert said.json()["code"] == "scope.missing"


def parcel() -> Parcel:
    letters = tuple(
        Letter(f"n-{rung}", "t1", rung, end_of_day(JUNE_30), rung) for rung in ("returned", "warned")
    )
    return Parcel("p1", 1, "mail", "u1", urgent=False, letters=letters, text="督办提醒共2条")


class FakeMail(FakeChannel):
    """A channel that is held to a number of messages a minute."""

    per_minute = 60
    needs_address = True


async def test_a_message_gets_its_links_in_the_order_of_its_notices_and_what_is_said_once_only_one() -> None:
    channel = FakeMail()
    links = Links("https://duban.example", SECRET, timedelta(days=14), LiveClock().real_now)

    linked = Linked(channel, links, in_text)
    await linked.send(parcel())

    head, once, twice = channel.parcels[0].text.split("\n\n")[1].split("\n")
    assert head == "直接回复（无须登录，14天内有效，请勿转发）："
    assert (once.count("/n/"), "稍后提醒" in once, twice.count("/n/")) == (1, False, 2)
    assert (linked.per_minute, linked.needs_address) == (60, True)
    signed = read_link(once.partition("/n/")[2], SECRET)
    assert signed == Link(notice_id="n-returned", mailbox="u1", answer=Answer.ACKNOWLEDGED)


def test_mail_and_webhooks_carry_links_and_what_a_group_reads_does_not() -> None:
    mail = {"kind": "email", "name": "mail", "host": "localhost", "port": 25, "sender": "a@b.example"}
    robot = {"kind": "wecom_robot", "name": "group", "key": "k"}
    hook = {"kind": "webhook", "name": "oa", "url": "https://oa.example", "secret": f"whsec_{WEBHOOK_KEY}"}
    file = ChannelsConfig.model_validate({"channels": [mail, robot, hook]})
    settings = Settings.model_validate(
        {
            "redis_url": "unix:///nowhere",
            "principal_secret": SECRET,
            "notify_database_url": "sqlite:///x",
            "public_url": "https://duban.example/",
        }
    )
    built = build_channels(file, real_now=LiveClock().real_now)

    linked = [isinstance(one, Linked) for one in _channels(built, settings, LiveClock())]

    assert linked == [False, True, False, True]
