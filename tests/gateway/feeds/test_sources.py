"""Feed sources: set by people, checked when set, bound to keys and signatures, and never shown with their secrets."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.gateway.feeds.signing import signature_of
from services.gateway.keys import KeyOrder, create_key
from shared.errors import Invalid
from tests.gateway.feeds.sending import JSON, SCOPES, one_rating, register, send
from tests.gateway.world import World, rating

SECRET = "0123456789abcdef-secret"
SIGNED = {"signature": "hmac-sha256", "secret": SECRET}


def rated(change: object) -> dict[str, Any]:
    return {"overrides": {"records": {"评价": change}}}


def levels(**said: object) -> dict[str, Any]:
    return {"overrides": {"lists": {"level": said}}}


async def test_sources_are_set_by_people_and_used_at_once_by_a_new_process(world: World) -> None:
    lists = {"lists": {"level": "gbt39046", "channel": "phone_sms"}}
    async with await world.client(*SCOPES) as client:
        made = await register(client, "hall-1", "duban", overrides=lists)
        changed = await register(client, "hall-1", "duban", overrides=lists, name="大厅")
        listed = (await client.get("/api/v1/feed-sources")).json()
        rated = await client.post("/api/v1/ratings", json=rating(source="hall-1", satisfaction="1"))

    assert (made.status_code, changed.json()["name"], rated.status_code) == (200, "大厅", 201)
    assert [found["id"] for found in listed] == ["gbt39046", "hall-1", "push", "push-zj"]
    assert listed[3]["overrides"]["lists"] == {"level": "push", "channel": "sms_default"}


async def test_the_route_of_ratings_takes_no_source_of_another_form_or_that_is_off(world: World) -> None:
    own = {"lists": {"level": {"scheme": "own", "codes": {"9": "5"}}}}
    async with await world.client(*SCOPES) as client:
        await register(client, "a", "push-shandong")
        await register(client, "b", "duban", enabled=False)
        await register(client, "c", "duban", overrides=own)
        told = [await client.post("/api/v1/ratings", json=rating(source=name)) for name in "abc"]

    assert [one.json()["code"] for one in told] == ["source.unknown"] * 3


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"form": "own"}, "form.unknown", "form"),
        ({"overrides": {"lists": {"level": "own"}}}, "mapping.invalid", "lists.level"),
        ({"overrides": {"lists": {"colour": "own"}}}, "mapping.invalid", "lists.colour"),
        ({"overrides": {"lists": 7}}, "mapping.invalid", "lists"),
        (levels(scheme="x", codes={"1": "6"}), "mapping.invalid", "lists.level.codes.1"),
        (rated({"constants": {"colour": "x"}}), "mapping.invalid", "records.评价.fields.colour"),
        ({"overrides": {"times": ["%"]}}, "mapping.invalid", "times.0"),
        (levels(codes={"1": "5"}), "mapping.invalid", "lists.level.scheme"),
        ({"overrides": {"lists": {"place": None}}}, "mapping.invalid", "records.办件受理.fields.place"),
        ({"overrides": {"times": ["own"]}}, "mapping.invalid", "times.0"),
        ({"overrides": {"times": ["%Y-%q"]}}, "mapping.invalid", "times.0"),
        ({"overrides": {"colour": 1}}, "mapping.invalid", "colour"),
        (
            {"overrides": {"records": {"评价": {"fields": {"colour": "x"}}}}},
            "mapping.invalid",
            "records.评价.fields.colour",
        ),
        (
            {"overrides": {"records": {"评价": {"fields": {"level": None}}}}},
            "mapping.invalid",
            "records.评价.fields.level",
        ),
        (
            {"overrides": {"records": {"评价": {"when": {"present": []}}}}},
            "mapping.invalid",
            "records.评价.when",
        ),
        (rated({"when": None}), "mapping.invalid", "records.评价.when"),
        (
            {"overrides": {"records": {"评价": {"when": {"present": None}}}}},
            "mapping.invalid",
            "records.评价.when",
        ),
        (
            {"overrides": {"records": {"评价": {"constants": {"channel": "fax"}}}}},
            "mapping.invalid",
            "records.评价.constants.channel",
        ),
        (
            {"overrides": {"records": {"评价": {"constants": {"service_number": "x"}}}}},
            "mapping.invalid",
            "records.评价.constants.service_number",
        ),
        (
            {"overrides": {"records": {"评价": {"constants": {"rated_at": "x"}}}}},
            "mapping.invalid",
            "records.评价.constants.rated_at",
        ),
        ({"signature": "hmac-sha256"}, "source.secret_missing", "secret"),
        ({"signature": "hmac-sha256", "secret": "short"}, "source.secret_length", "secret"),
        ({"per_minute": -1}, "request.invalid", "per_minute"),
    ],
)
async def test_a_source_that_can_not_work_is_refused_with_its_field(
    world: World, said: dict[str, Any], code: str, field: str
) -> None:
    async with await world.client(*SCOPES) as client:
        answer = await register(client, "x", **{"form": "push", **said})

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)


async def test_a_source_needs_an_id_that_is_plain(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        answer = await register(client, "a.b", "push")

    assert (answer.status_code, answer.json()["code"]) == (422, "source.id_invalid")


async def test_own_code_lists_and_field_names_are_used(world: World) -> None:
    own = {
        "lists": {"level": {"scheme": "hall", "codes": {"好": "5", "差": "1"}}},
        "records": {"评价": {"fields": {"project_no": "projNo"}, "constants": {"channel": "hall_tablet"}}},
    }
    record = one_rating(projNo="X1", satisfaction="差", evalDetail="", pf="")
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push", overrides=own)
        shown = (await client.post("/api/v1/feed-sources/x/dry-run", json=record)).json()

    event = shown["records"][0]["events"][0]
    assert (event["fields"]["level"], event["fields"]["channel"], event["fields"]["project_no"]) == (
        1,
        "hall_tablet",
        "X1",
    )
    assert event["meanings"] == ["满意度：字段 satisfaction 的代码 差 按 hall 为“非常不满意”"]
    assert (event["gives"], event["private"]) == ("评价", ["name"])


async def test_the_forms_and_code_lists_are_shown(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        shown = (await client.get("/api/v1/feed-forms")).json()

    assert [form["name"] for form in shown["forms"]] == [
        "approvals",
        "duban",
        "gbt39046",
        "hotline",
        "push-shandong",
        "push-zhejiang",
        "push",
    ]
    assert shown["lists"]["level"]["gbt39046"]["codes"]["1"] == "5"


async def signed(client: httpx.AsyncClient, now: datetime, secret: str = SECRET) -> httpx.Response:
    body, stamp = b"[]", str(int(now.timestamp()))
    headers = {"x-duban-timestamp": stamp, "x-duban-signature": signature_of(secret.encode(), stamp, body)}
    return await client.post("/api/v1/feeds/x", content=body, headers=JSON | headers)


async def test_a_source_with_a_signature_is_believed_by_that_alone(world: World) -> None:
    now = world.clock.real_now()
    async with await world.client(*SCOPES) as client:
        made = await register(client, "x", "push", **SIGNED)
        again = await register(client, "x", "push", signature="hmac-sha256")
        told = [
            await signed(client, now),
            await signed(client, now, "another secret of some length"),
            await signed(client, datetime(2001, 1, 1, tzinfo=UTC)),
            await send(client, "x", []),
        ]

    assert (made.json()["has_secret"], "secret" in made.json(), SECRET in made.text + again.text) == (
        True,
        False,
        False,
    )
    assert [one.status_code for one in told] == [200, 401, 401, 401]
    codes = [one.json()["code"] for one in told[1:]]
    assert codes == ["signature.wrong", "signature.old", "signature.missing"]


async def test_a_key_of_another_source_a_disabled_and_an_unknown_source_are_refused(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "off", "push", enabled=False)
        told = [await send(client, name, [one_rating()]) for name in ("off", "none")]
        tried = await client.post("/api/v1/feed-sources/none/dry-run", json=[])
    async with await world.client(role="feed", source_id="push") as client:
        told.append(await send(client, "gbt39046", [one_rating()]))

    assert [(one.status_code, one.json()["code"]) for one in told] == [
        (403, "source.disabled"),
        (404, "source.unknown"),
        (403, "source.not_yours"),
    ]
    assert (tried.status_code, tried.json()["code"]) == (404, "source.unknown")


async def test_a_request_larger_than_the_source_may_send_is_refused(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "x", "push", max_bytes=1024)
        answer = await send(client, "x", [one_rating(name="x" * 2000)])

    assert (answer.status_code, answer.json()["code"]) == (413, "feed.too_large")


async def test_a_key_can_be_bound_to_a_source_that_is_there_alone(world: World) -> None:
    async with world.db.transaction() as tx:
        with pytest.raises(Invalid, match="没有数据来源 none，可用：gbt39046"):
            await create_key(tx, KeyOrder(role="feed", source_id="none"), real_now=world.clock.real_now())
