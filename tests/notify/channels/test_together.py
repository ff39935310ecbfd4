"""What one person reads of several mailboxes, in one mail or text message."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notify.channels.together import whole_text
from services.notify.domain import Result
from services.notify.ports import Group, Parcel
from services.notify.quiet.domain_links import read_link
from services.notify.quiet.linked import LinkedGroup, Links, in_text
from shared.clock import LiveClock
from tests.notify.channels.conftest import Open
from tests.notify.channels.doubles import HttpDouble
from tests.notify.channels.made import letter, parcel
from tests.notify.channels.smtp_double import SmtpDouble

SECRET = "a secret that signs links in this test only"
PLAIN = "https://duban.example/n"


def two(kind: str, *, to: str = "") -> Sequence[Parcel]:
    """Give the parcels of two mailboxes to one address, in one shipment."""
    first, second = (
        parcel(letter("1", title="甲路"), kind=kind, to=to),
        parcel(letter("2", "overdue", title="乙桥"), letter("3", title="丙园"), id_="p-2", kind=kind, to=to),
    )
    return [replace(first, shipment="s-1"), replace(second, recipient="u2/officer", shipment="s-1")]


def group(channel: object) -> Group:
    assert isinstance(channel, Group)
    return channel


async def test_a_mail_tells_all_mailboxes_one_after_another_with_their_links(
    mail_server: SmtpDouble, opened: Open
) -> None:
    channel = group(opened("email", port=mail_server.port))

    outcome = await channel.send_together(two("email"))

    [mail] = mail_server.taken
    said = mail.get_content()
    assert (outcome.result, mail["message-id"]) == (Result.SENT, "<s-1@example.test>")
    assert mail["subject"] == "督办提醒共3条，发往您的2个收件岗位。"
    places = [said.index(words) for words in ("甲路", "/n/p-1", "乙桥", "/n/p-2")]
    assert places == sorted(places)


async def test_a_link_that_names_no_parcel_stands_once(mail_server: SmtpDouble, opened: Open) -> None:
    await group(opened("email", port=mail_server.port, link=PLAIN)).send_together(two("email"))

    assert mail_server.taken[0].get_content().count(f"详情：{PLAIN}") == 1
    assert whole_text(two("email"), "").count("详情") == 0


async def test_the_signed_links_of_each_mailbox_are_its_own(mail_server: SmtpDouble, opened: Open) -> None:
    links = Links("https://d.example", SECRET, timedelta(days=14), LiveClock().real_now)
    channel = group(LinkedGroup(group(opened("email", port=mail_server.port)), links, in_text))

    await channel.send_together(two("email"))

    said = mail_server.taken[0].get_content().replace("　", " ").split()
    tokens = [word.partition("https://d.example/n/")[2] for word in said if "https://d.example/n/" in word]
    found = {(link.mailbox, link.notice_id) for link in (read_link(token, SECRET) for token in tokens)}
    assert found == {("u1", "n-1"), ("u2/officer", "n-2"), ("u2/officer", "n-3")}


async def test_a_text_message_counts_all_and_names_the_most_pressing(
    double: HttpDouble, opened: Open
) -> None:
    channel = group(opened("sms_http", double.base("sms_http"), link=PLAIN))

    outcome = await channel.send_together(two("sms_http"))

    [taken] = double.taken
    assert outcome.result is Result.SENT
    assert taken.headers["idempotency-key"] == taken.json["outId"] == "s-1"
    assert taken.json["params"] == '{"number":"2","count":"3"}'


@pytest.mark.parametrize(("link", "messages"), [(PLAIN, 1), ("https://duban.example/n/{parcel}", 2)])
def test_text_messages_are_joined_unless_their_one_link_leads_to_one_parcel(
    link: str, messages: int, opened: Open
) -> None:
    assert len(group(opened("sms_http", link=link)).pack(two("sms_http"))) == messages


def test_only_what_goes_to_the_same_address_is_joined(opened: Open) -> None:
    channel = group(opened("email"))
    same, other = two("email", to="a@x"), parcel(id_="p-3", to="b@x")
    nobody = [replace(parcel(id_=f"p-{number}"), to="") for number in (4, 5)]

    packed = channel.pack([same[0], other, same[1], *nobody])

    assert [[one.id for one in load] for load in packed] == [["p-1", "p-2"], ["p-3"], ["p-4"], ["p-5"]]
    assert channel.messages(other) == 1
