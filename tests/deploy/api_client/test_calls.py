"""How the client sends, reads and fails, against a gateway that is made up."""

import ast
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from deploy import api_client
from deploy.api_client import ApiError, Duban, Model
from deploy.api_client.subscriptions import DeliveryState, ReplayIn

PROBLEM = {"type": "urn:x", "title": "请稍后", "status": 429, "code": "rate.limited", "field": "source"}


def client(answer: Callable[[httpx.Request], httpx.Response]) -> Duban:
    return Duban(http=httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(answer)))


class Played:
    """A gateway that answers the same again and again, and remembers what it was asked."""

    def __init__(self, body: object) -> None:
        self.body, self.asked = body, list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, json=self.body)


def test_a_refusal_keeps_all_that_the_problem_document_says() -> None:
    duban = client(lambda _: httpx.Response(429, json=PROBLEM, headers={"retry-after": "3"}))

    with duban, pytest.raises(ApiError, match=r"429 rate\.limited: 请稍后") as caught:
        duban.subscriptions.get_subscriptions()

    found = caught.value
    assert (found.status, found.code, found.message, found.field) == (429, "rate.limited", "请稍后", "source")
    assert (found.retry_after, found.problem) == (3.0, PROBLEM)


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b'"x"'])
def test_a_refusal_that_is_no_problem_document_has_a_code_too(content: bytes) -> None:
    duban = client(lambda _: httpx.Response(502, content=content))

    with duban, pytest.raises(ApiError) as caught:
        duban.subscriptions.delete_subscriptions_by_name(name="x")

    assert (caught.value.code, caught.value.problem, caught.value.retry_after) == (
        "gateway.unexpected",
        {},
        None,
    )
    assert (caught.value.message, caught.value.field) == (content.decode(), "")


@pytest.mark.parametrize(("content", "where"), [(b'{"queued": "many"}', "queued"), (b"no", "POST /api")])
def test_an_answer_of_another_kind_names_the_field(content: bytes, where: str) -> None:
    duban = client(lambda _: httpx.Response(200, content=content))

    with duban, pytest.raises(ApiError, match=where) as caught:
        duban.subscriptions.post_subscriptions_by_name_replay(ReplayIn(first=1, last=2), name="x")

    assert caught.value.code == "gateway.unexpected"


def test_only_what_was_set_is_sent() -> None:
    played = Played({"queued": 3})

    with client(played) as duban:
        body = ReplayIn(first=1, last=2, states=[DeliveryState.DEAD])
        found = duban.subscriptions.post_subscriptions_by_name_replay(body, name="a/b", idempotency_key="k")

    (request,) = played.asked
    assert (found.queued, request.content) == (3, b'{"first": 1, "last": 2, "states": ["dead"]}')
    assert (request.url.raw_path, request.headers["idempotency-key"]) == (
        b"/api/v1/subscriptions/a%2Fb/replay",
        "k",
    )


def test_a_body_may_be_json_with_days_and_models_in_it() -> None:
    played = Played({"queued": 3})

    with client(played) as duban:
        body = {"day": dt.date(2023, 6, 20), "models": [ReplayIn(first=1, last=2)]}
        duban.calls.ask(dict[str, int], "POST", "/x", body=body)

    assert played.asked[0].content == b'{"day": "2023-06-20", "models": [{"first": 1, "last": 2}]}'
    with pytest.raises(TypeError, match="object has no form in JSON"):
        duban.calls.ask(dict[str, int], "POST", "/x", body={"what": object()})


def test_what_a_newer_gateway_says_is_kept_and_an_unknown_state_is_read() -> None:
    told = {"name": "x", "state": "sleeping"}

    class Known(Model):
        state: DeliveryState | str

    assert Known.model_validate(told).to_json() == told


def test_the_tag_of_an_answer_comes_with_it() -> None:
    duban = client(lambda _: httpx.Response(200, json={"queued": 3}, headers={"etag": '"r1-x"'}))

    with duban:
        found = duban.subscriptions.post_subscriptions_by_name_replay({"first": 1, "last": 2}, name="x")

    assert (found.etag, found.to_json()) == ('"r1-x"', {"queued": 3})


def test_a_stream_is_read_while_it_comes_and_refused_as_other_calls_are() -> None:
    answers = [
        httpx.Response(403, json=PROBLEM | {"code": "scope.missing"}),
        httpx.Response(200, text="a\nb"),
    ]
    duban = client(lambda _: answers.pop())

    with duban:
        with duban.events.get_events(from_="7", feed=["ratings"]) as answer:
            lines = list(answer.iter_lines())
        with pytest.raises(ApiError, match=r"scope\.missing"), duban.events.get_events():
            pass

    assert lines == ["a", "b"]


def test_a_client_that_is_made_of_an_address_and_a_key_sends_the_key() -> None:
    with Duban("http://gateway", key="k") as keyed, Duban("http://gateway") as stranger:
        found = [one.http.headers.get("authorization") for one in (keyed, stranger)]

    assert found == ["Bearer k", None]


def test_the_package_needs_nothing_of_ours_so_it_may_be_copied() -> None:
    folder = Path(api_client.__file__).parent
    trees = [ast.parse(file.read_text("utf-8")) for file in folder.glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    outside = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    outside |= {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}

    assert {one.split(".")[0] for one in outside} & {"services", "shared", "deploy"} == set()
    assert {"httpx", "pydantic"} <= outside


def in_pages(request: httpx.Request) -> httpx.Response:
    """Answer three pages of one list."""
    after = request.url.params.get("after", "")
    link = {"": "b", "b": "c"}.get(after)
    headers = {"link": f'<?state=%E5%A4%A7&after={link}>; rel="next"'} if link else {}
    return httpx.Response(200, json=[{"id": after}], headers=headers)


def test_all_pages_of_a_list_are_asked_for_with_the_same_filters() -> None:
    asked = list[httpx.URL]()

    def page(**query: str) -> list[str]:
        answer = duban.calls.send("GET", "/things", params=query)
        asked.append(answer.request.url)
        return [one["id"] for one in answer.json()]

    with client(in_pages) as duban:
        found = duban.calls.every(page, state="大")

    assert found == ["", "b", "c"]
    assert {(one.path, one.params["state"]) for one in asked} == {("/things", "大")}


def test_a_page_that_is_an_object_gives_its_items() -> None:
    class Page(Model):
        items: list[str]

    with client(lambda _: httpx.Response(200, json={"items": ["a"]})) as duban:
        found = duban.calls.every(lambda: duban.calls.ask(Page, "GET", "/things"))

    assert found == ["a"]


@pytest.mark.parametrize(("after", "following"), [("", {"after": "b"}), ("b", {"after": "c"}), ("c", {})])
def test_what_the_next_page_asks_for_is_known(after: str, following: dict[str, str]) -> None:
    with client(in_pages) as duban:
        duban.calls.send("GET", "/things", params={"after": after, "state": "大"})

        assert duban.calls.following == following
