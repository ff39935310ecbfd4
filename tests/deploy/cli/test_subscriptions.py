"""`duban subscription`, against a gateway that is made up and answers as the real one does."""

import json
from pathlib import Path

import pytest

from deploy.api_client.subscriptions import AttemptOut, DeliveryOut, Reconciliation, SubscriptionOut
from deploy.cli.subscriptions import STATES
from services.gateway.subscriptions.domain import DeliveryState, Outcome, SubscriptionState
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import json_answer, made_up, printed, run

SUBSCRIPTION = whole(
    SubscriptionOut,
    name="credit",
    url="https://10.20.3.4/hook",
    stream="",
    filters={"feeds": ["ratings"], "levels": [1, 2], "units": []},
    state="active",
    reason="",
    position=41,
    secret=None,
)
DELIVERY = whole(DeliveryOut, position=7, subject="r1", state="waiting", attempts=2, reason="HTTP 503")
TRIED = whole(
    AttemptOut, begun_at="2023-06-20T01:00:00Z", number=1, outcome="failed", status=503, detail="busy"
)
SHOWN = DELIVERY | {"tried": [TRIED | {"latency_ms": 12}]}


def test_every_state_and_outcome_has_its_word() -> None:
    assert set(STATES) == {*SubscriptionState, *DeliveryState, *Outcome}


def test_subscriptions_are_listed_with_their_filters() -> None:
    with made_up(json_answer([SUBSCRIPTION])) as gateway:
        said = printed(run("subscription", "list", url=gateway.url))
        as_json = json_lines(printed(run("subscription", "list", "--json", url=gateway.url)))

    assert "feeds=ratings；levels=1,2" in said
    assert as_json == [SUBSCRIPTION]


def test_a_subscription_is_set_from_a_file_and_its_secret_is_printed_once(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"url": "https://10.20.3.4/hook"}))
    with made_up(json_answer(SUBSCRIPTION | {"secret": "whsec_x"})) as gateway:
        said = printed(run("subscription", "set", "credit", str(file), url=gateway.url))

    assert gateway.paths == ["PUT /api/v1/subscriptions/credit"]
    assert "whsec_x" in said


def test_a_stream_is_set_and_its_user_and_password_are_printed_once(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"kind": "stream"}))
    made = SUBSCRIPTION | {"url": "", "stream": "sub.credit", "user": "sub-credit", "secret": "pw"}
    with made_up(json_answer(made)) as gateway:
        said = printed(run("subscription", "set", "credit", str(file), url=gateway.url))

    assert "流 sub.credit，用户 sub-credit，密码（只显示一次）：pw" in said


@pytest.mark.parametrize(("outcome", "code"), [("delivered", 0), ("failed", 1)])
def test_a_test_event_tells_what_the_receiver_said(outcome: str, code: int) -> None:
    told = {"webhook_id": "t", "outcome": outcome, "status": 401, "latency_ms": 3, "detail": "who"}
    with made_up(json_answer(told)) as gateway:
        result = run("subscription", "test", "credit", url=gateway.url)
        as_json = run("subscription", "test", "credit", "--json", url=gateway.url)

    assert (result.exit_code, as_json.exit_code, "HTTP 401 3 ms who" in result.stdout) == (code, code, True)


@pytest.mark.parametrize("deed", ["pause", "resume"])
def test_a_subscription_is_paused_and_resumed(deed: str) -> None:
    with made_up(json_answer(SUBSCRIPTION)) as gateway:
        printed(run("subscription", deed, "credit", url=gateway.url))

    assert gateway.paths == [f"POST /api/v1/subscriptions/credit/{deed}"]


def test_a_subscription_is_removed_and_its_secret_rotated() -> None:
    with made_up(json_answer({"secret": "whsec_y"})) as gateway:
        rotated = printed(run("subscription", "rotate", "credit", "--hours", "2", url=gateway.url))
        removed = printed(run("subscription", "remove", "credit", url=gateway.url))

    assert ("whsec_y" in rotated, "credit" in removed) == (True, True)
    assert json.loads(gateway.asked[0].content) == {"overlap_hours": 2}


def test_deliveries_are_listed_and_one_is_shown_with_its_attempts() -> None:
    with made_up(json_answer({"items": [DELIVERY], "next": None})) as gateway:
        listed = printed(run("subscription", "deliveries", "credit", "--state", "waiting", url=gateway.url))
        as_json = json_lines(printed(run("subscription", "deliveries", "credit", "--json", url=gateway.url)))
    with made_up(json_answer(SHOWN)) as gateway:
        shown = printed(run("subscription", "delivery", "credit", "7", url=gateway.url))
        whole = json_lines(printed(run("subscription", "delivery", "credit", "7", "--json", url=gateway.url)))

    assert ("待投" in listed, as_json, whole) == (True, [DELIVERY], [SHOWN])
    assert "1. 2023-06-20 09:00 未送达 HTTP 503 12 ms busy" in shown


def test_deliveries_are_replayed_and_skipped() -> None:
    with made_up(json_answer({"queued": 3})) as gateway:
        replayed = printed(
            run("subscription", "replay", "credit", "1", "9", "--state", "skipped", url=gateway.url)
        )
    with made_up(json_answer(DELIVERY)) as other:
        printed(run("subscription", "skip", "credit", "7", "--reason", "测试", url=other.url))

    assert "3" in replayed
    assert json.loads(gateway.asked[0].content) == {"first": 1, "last": 9, "states": ["skipped"]}
    assert other.paths == ["POST /api/v1/subscriptions/credit/deliveries/7/skip"]


def test_a_day_is_counted_or_held_against_a_list(tmp_path: Path) -> None:
    has = tmp_path / "ids.txt"
    has.write_text("a\nb\n")
    counts = whole(Reconciliation, published=2, states={"delivered": 2})
    with made_up(json_answer(counts)) as gateway:
        counted = printed(run("subscription", "reconcile", "credit", "2023-06-20", url=gateway.url))
        as_json = printed(run("subscription", "reconcile", "credit", "2023-06-20", "--json", url=gateway.url))
    with made_up(json_answer({"missing": ["c"], "strange": [], "open": []})) as other:
        held = printed(
            run("subscription", "reconcile", "credit", "2023-06-20", "--has", str(has), url=other.url)
        )

    assert ("应投 2：已送达 2" in counted, json.loads(as_json)["published"]) == (True, 2)
    assert json.loads(other.asked[0].content) == {"ids": ["a", "b"]}
    assert "接收方缺：1" in held
