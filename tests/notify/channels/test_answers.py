"""Webhooks carry signed links to answer by, where the service knows its public address."""

from datetime import timedelta

from services.notify.domain import Result
from services.notify.quiet.domain import Answer
from services.notify.quiet.domain_links import Link, read_link
from services.notify.quiet.linked import Linked, Links, in_fields
from shared.clock import LiveClock
from tests.notify.channels.conftest import Open
from tests.notify.channels.doubles import HttpDouble
from tests.notify.channels.made import letter, parcel

SECRET = "a secret that signs links in this test only"
URL = "https://duban.example"


async def test_a_webhook_gets_the_links_of_each_notice_and_no_text(double: HttpDouble, opened: Open) -> None:
    links = Links(URL, SECRET, timedelta(days=14), LiveClock().real_now)
    told = parcel(letter("1", "returned"), letter("2", "warned"))

    outcome = await Linked(opened("webhook", double.base("webhook")), links, in_fields).send(told)

    once, again = (one["answers"] for one in double.taken[0].json["data"]["notices"])
    assert outcome.result is Result.SENT
    assert ([*once], [*again]) == (["acknowledged"], ["acknowledged", "snoozed"])
    signed = read_link(again["snoozed"].removeprefix(f"{URL}/n/"), SECRET)
    assert signed == Link(notice_id="n-2", mailbox="u1", answer=Answer.SNOOZED)
    assert "建设示范路" not in double.taken[0].body.decode()


async def test_a_webhook_without_links_says_nothing_of_answers(double: HttpDouble, opened: Open) -> None:
    await opened("webhook", double.base("webhook")).send(parcel())

    assert "answers" not in double.taken[0].json["data"]["notices"][0]
