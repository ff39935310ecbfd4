"""What the channels write, to whom, under which id, and on which way."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.notify.domain import Result
from services.notify.domain_parcels import Letter
from tests.notify.channels.conftest import Open
from tests.notify.channels.doubles import CERTIFICATE, HttpDouble, http_double
from tests.notify.channels.made import Watch, letter, parcel
from tests.notify.channels.smtp_double import SmtpDouble
from tests.notify.channels.vendors import VENDORS

ROBOTS = ("wecom_robot", "dingtalk_robot", "feishu_robot")
IDS = {"webhook": "webhook-id"}


def many(count: int) -> list[Letter]:
    return [letter(f"{number}.{number}") for number in range(1000, 1000 + count)]


@pytest.mark.parametrize("kind", VENDORS)
async def test_a_repeat_has_the_same_id_and_content(kind: str, double: HttpDouble, opened: Open) -> None:
    channel = opened(kind, double.base(kind))

    for number in (1, 2):
        await channel.send(parcel(id_="p-7", number=number, kind=kind))

    first, second = double.taken
    assert [one.headers[IDS.get(kind, "idempotency-key")] for one in (first, second)] == ["p-7", "p-7"]
    assert first.body == second.body


async def test_a_repeated_mail_has_the_same_id(mail_server: SmtpDouble, opened: Open) -> None:
    channel = opened("email", port=mail_server.port)

    for number in (1, 2):
        await channel.send(parcel(id_="p-7", number=number, kind="email"))

    assert [one["message-id"] for one in mail_server.taken] == ["<p-7@example.test>"] * 2


@pytest.mark.parametrize("kind", [*ROBOTS, "webhook", "sms_http"])
async def test_titles_stay_out_of_what_many_may_read(kind: str, double: HttpDouble, opened: Open) -> None:
    await opened(kind, double.base(kind)).send(parcel(letter("3.12", title="某某信访件"), kind=kind))

    text = double.taken[0].body.decode()
    assert "某某" not in text
    assert "某某" not in double.taken[0].path
    assert "3.12" in text


async def test_a_robot_says_counts_numbers_and_link(double: HttpDouble, opened: Open) -> None:
    letters = [letter("5", "overdue"), letter("12", "due"), letter("12", "due"), letter("", "due")]

    await opened("wecom_robot", double.base("wecom_robot")).send(parcel(*letters))

    assert double.taken[0].json["text"]["content"].split("\n") == [
        "【督办提醒】共4条：超时通报1条、到时提醒3条。",
        "超时通报：事项 5",
        "到时提醒：事项 12",
        "详情：https://duban.example/n/p-1",
    ]


async def test_a_number_carries_no_markup_of_a_vendor(double: HttpDouble, opened: Open) -> None:
    sly = letter('1<at user_id="all">')

    await opened("feishu_robot", double.base("feishu_robot")).send(parcel(sly))

    assert "<at" not in double.taken[0].json["content"]["text"]


@pytest.mark.parametrize(
    ("kind", "to", "found"),
    [
        (
            "wecom_robot",
            "@13800000000",
            lambda body: body["text"]["mentioned_mobile_list"] == ["13800000000"],
        ),
        ("wecom_robot", "@all", lambda body: "mentioned_mobile_list" not in body["text"]),
        ("dingtalk_robot", "@13800000000", lambda body: body["at"]["atMobiles"] == ["13800000000"]),
        ("dingtalk_robot", "13800000000", lambda body: "at" not in body),
        ("feishu_robot", "@ou_a1", lambda body: '<at user_id="ou_a1"></at>' in body["content"]["text"]),
        ("feishu_robot", "@all", lambda body: "<at" not in body["content"]["text"]),
    ],
)
async def test_a_robot_calls_one_person_and_never_all(
    kind: str, to: str, found: object, double: HttpDouble, opened: Open
) -> None:
    await opened(kind, double.base(kind)).send(parcel(to=to))

    assert found(double.taken[0].json)  # type: ignore[operator]


async def test_a_robot_without_signature_sends_none(double: HttpDouble, opened: Open) -> None:
    for kind in ("dingtalk_robot", "feishu_robot"):
        await opened(kind, double.base(kind), secret=None).send(parcel())

    assert [("sign" in one.query, "sign" in one.json) for one in double.asked] == [(False, False)] * 2


async def test_a_long_message_goes_out_in_numbered_pieces_of_at_most_2048_bytes(
    double: HttpDouble, opened: Open
) -> None:
    outcome = await opened("wecom_robot", double.base("wecom_robot")).send(parcel(*many(199), to="@1"))

    texts = [one.json["text"] for one in double.taken]
    assert outcome.result is Result.SENT
    assert [one["content"][:5] for one in texts] == ["（1/2）", "（2/2）"]
    assert ["mentioned_mobile_list" in one for one in texts] == [False, True]


async def test_a_message_that_would_need_four_pieces_is_counts_and_link(
    double: HttpDouble, opened: Open
) -> None:
    letters = [letter(f"{rung}-{number:030}", rung) for rung in ("overdue", "due") for number in range(150)]

    await opened("wecom_robot", double.base("wecom_robot")).send(parcel(*letters))

    (only,) = double.taken
    assert only.json["text"]["content"].startswith(
        "【督办提醒】共300条：超时通报150条、到时提醒150条。\n详情："
    )


async def test_a_message_stuck_between_its_pieces_is_of_unknown_outcome(
    double: HttpDouble, opened: Open
) -> None:
    outcome = await opened("wecom_robot", double.base("wecom_robot", "second")).send(parcel(*many(199)))

    assert outcome.result is Result.UNKNOWN
    assert outcome.detail.startswith("1 of 2 pieces were taken, then failed: HTTP 200, errcode 45009")
    assert outcome.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["wecom_robot", "dingtalk_robot"])
async def test_of_thirty_messages_in_a_minute_twenty_reach_the_vendor(
    kind: str, double: HttpDouble, opened: Open
) -> None:
    watch = Watch()
    channel = opened(kind, double.base(kind), watch)

    outcomes = [await channel.send(parcel(id_=f"p-{number}")) for number in range(30)]
    watch.move(seconds=60)
    later = await channel.send(parcel(id_="p-29", number=2))

    assert [one.result for one in outcomes] == [Result.SENT] * 20 + [Result.HELD] * 10
    assert {one.retry_after for one in outcomes[20:]} == {timedelta(minutes=1)}
    assert (later.result, len(double.asked)) == (Result.SENT, 21)


@pytest.mark.parametrize("kind", [*VENDORS, "email"])
async def test_every_channel_is_held_to_its_limit(
    kind: str, double: HttpDouble, mail_server: SmtpDouble, opened: Open
) -> None:
    more = {"port": mail_server.port} if kind == "email" else {}
    channel = opened(kind, double.base(kind), per_minute=3, **more)

    outcomes = await asyncio.gather(*(channel.send(parcel(kind=kind)) for _ in range(4)))

    assert sorted(one.result for one in outcomes) == ["held", "sent", "sent", "sent"]


@pytest.mark.parametrize(
    ("kind", "to"),
    [("email", "nobody"), ("email", "a@b.cn\nBcc: c@d.cn"), ("sms_http", "@138"), ("sms_http", "一")],
)
async def test_an_address_of_another_kind_is_refused_without_a_call(
    kind: str, to: str, double: HttpDouble, opened: Open
) -> None:
    outcome = await opened(kind, double.base(kind)).send(parcel(to=to))

    assert (outcome.result, double.asked) == (Result.REFUSED, [])


@pytest.mark.parametrize(("method", "format_"), [("GET", "json"), ("POST", "form"), ("PUT", "json")])
async def test_a_short_message_is_written_as_its_interface_wants_it(
    method: str, format_: str, double: HttpDouble, opened: Open
) -> None:
    body = {"m": "{to}", "n": "{number}", "c": "{count}", "l": "{link}", "id": "{id}", "sign": 1}
    await opened("sms_http", double.base("sms_http"), method=method, format=format_, body=body).send(
        parcel(letter("3.1"), letter("4"), kind="sms_http")
    )

    (asked,) = double.asked
    sent = asked.path if method == "GET" else asked.body.decode()
    assert all(word in sent for word in ("13800000000", "3.1", "duban.example", "p-1"))


async def test_a_webhook_gets_ids_and_no_texts(double: HttpDouble, opened: Open) -> None:
    await opened("webhook", double.base("webhook")).send(parcel(letter("3.1")))

    content = double.taken[0].json
    assert content["type"] == "cn.duban.notice.parcel.v1"
    assert content["data"]["notices"][0]["due_at"] == "2023-06-30T15:59:59+00:00"
    assert "text" not in content["data"]["notices"][0]


async def test_a_webhook_without_an_answer_of_its_own_goes_by_the_status(
    double: HttpDouble, opened: Open
) -> None:
    sent = await opened("webhook", double.base("webhook"), answer=None).send(parcel())
    refused = await opened("webhook", double.base("webhook", "refuse"), answer=None).send(parcel())

    assert (sent.result, refused.result) == (Result.SENT, Result.REFUSED)


async def test_a_mail_says_all_that_its_reader_may_know(mail_server: SmtpDouble, opened: Open) -> None:
    await opened("email", port=mail_server.port).send(parcel(kind="email"))

    (mail,) = mail_server.taken
    assert mail["subject"] == "督办提醒共1条：到时提醒1条。"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["date"].datetime == datetime.fromtimestamp(1_700_000_000, UTC)
    text = mail.get_content()
    assert "建设示范路" in text
    assert "https://duban.example/n/p-1" in text


@pytest.mark.parametrize(("password", "result"), [("right", Result.SENT), ("wrong", Result.REFUSED)])
async def test_a_mail_goes_over_tls_with_a_login(
    password: str, result: Result, mail_server: SmtpDouble, opened: Open
) -> None:
    access = {"user": "duban", "password": password, "ca_file": str(CERTIFICATE), "security": "starttls"}

    outcome = await opened("email", port=mail_server.port, **access).send(parcel(kind="email"))

    assert outcome.result is result, outcome


async def test_a_mail_server_with_an_unknown_certificate_gets_nothing(
    mail_server: SmtpDouble, opened: Open
) -> None:
    for security in ("starttls", "tls"):
        channel = opened("email", port=mail_server.port, security=security)
        assert (await channel.send(parcel(kind="email"))).result is Result.FAILED

    assert mail_server.taken == []


async def test_an_http_interface_is_trusted_by_the_file_of_roots_alone(opened: Open) -> None:
    with http_double(tls=True) as double:
        base = double.base("wecom_robot").replace("http:", "https:")
        trusted = await opened("wecom_robot", base, ca_file=str(CERTIFICATE)).send(parcel())
        strange = await opened("wecom_robot", base).send(parcel())

    assert (trusted.result, strange.result) == (Result.SENT, Result.FAILED)
    assert len(double.asked) == 1


async def test_a_forward_proxy_is_used_when_it_is_named(double: HttpDouble, opened: Open) -> None:
    outside = "http://vendor.invalid/wecom_robot/well"

    outcome = await opened("wecom_robot", outside, proxy=double.base("")[:-6]).send(parcel())

    assert outcome.result is Result.SENT
    assert double.taken[0].path.startswith(f"{outside}/cgi-bin/webhook/send?key=")


async def test_no_secret_gets_into_the_record_or_the_log(
    double: HttpDouble, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        details = [
            (await opened(kind, double.base(kind, mode)).send(parcel())).detail
            for kind in ROBOTS
            for mode in ("close", "redirect", "behind", "broken")
        ]

    said = " ".join([*details, caplog.text])
    assert not any(
        secret in said for secret in ("wecom-key", "ding-token", "SECding", "fei-token", "fei-secret")
    )
