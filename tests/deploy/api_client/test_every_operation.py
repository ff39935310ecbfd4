"""The generated client against the document that it is generated from: every method is called, every answer read."""

import json
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import quote

import httpx
import pytest
from pydantic import TypeAdapter

from deploy import contracts
from deploy.api_client import Duban, Model
from deploy.api_writer.models import parameter
from deploy.api_writer.modules import group_of
from deploy.api_writer.operations import JSON, Operation, operations
from deploy.api_writer.write import generated, written
from tests.deploy.api_client.samples import Samples

pytestmark = pytest.mark.slow  # The document is that of a whole gateway.


@pytest.fixture(scope="module")
def document() -> Mapping[str, Any]:
    return contracts.public()


def test_the_committed_client_is_that_of_the_document(document: Mapping[str, Any]) -> None:
    assert written() == generated(document), "run `make schemas` and commit what it writes"


def test_every_operation_is_called_as_the_document_says_and_its_answer_is_read(
    document: Mapping[str, Any],
) -> None:
    every = list(operations(document))
    trials = [Trial(one, Samples(document["components"]["schemas"])) for one in every]

    assert {one.name: list(trial.faults()) for one, trial in zip(every, trials, strict=True)} == {
        one.name: [] for one in every
    }
    assert len(every) > 350


class Trial:
    """One call of one method, with a value for everything that it takes."""

    def __init__(self, one: Operation, samples: Samples) -> None:
        self.one, self.samples = one, samples
        self.asked: list[httpx.Request] = []
        self.answer = samples.of(one.answers.get(JSON, {}).get("schema", {}))
        self.body = samples.of(one.content[JSON].get("schema", {})) if JSON in one.content else b"bytes"

    def faults(self) -> Iterator[str]:
        """Call it, and say what is not as the document has it."""
        got = self._called()
        (request,) = self.asked
        at = (request.method, request.url.raw_path.split(b"?")[0].decode())
        if at != (self.one.method, self._path()):
            yield f"called {at}"
        if request.url.params != httpx.QueryParams(self._query()):
            yield f"asked {request.url.params}"
        if missing := [
            one["name"] for one in self.one.parameters("header") if one["name"] not in request.headers
        ]:
            yield f"left out {missing}"
        yield from self._faults_of_body(request)
        if got != self._wanted():
            yield f"gave {got}"

    def _faults_of_body(self, request: httpx.Request) -> Iterator[str]:
        content = self.one.content
        if not content:
            if request.content:
                yield "sent a body"
        elif request.headers["content-type"] not in content:
            yield f"sent {request.headers['content-type']}"
        elif (json.loads(request.content) if JSON in content else request.content) != self.body:
            yield f"sent {request.content!r}"

    def _called(self) -> object:
        client = httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(self._answering))
        with Duban(http=client) as duban:
            method = getattr(getattr(duban, group_of(self.one.path)), self.one.name)
            types = get_type_hints(method)
            told = {name: typed(value, types[name]) for name, value in self._arguments().items()}
            got = method(**told)
            if hasattr(got, "__enter__"):
                with got as answer:
                    return answer.read()
        return plain(got)

    def _answering(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, content=json.dumps(self.answer).encode())

    def _wanted(self) -> object:
        if JSON in self.one.answers:
            return self.answer
        return json.dumps(self.answer).encode() if self.one.answers else None

    def _arguments(self) -> dict[str, Any]:
        told = self.one.parameters("path", "query", "header")
        found = {parameter(one["name"]): self.samples.of(one["schema"]) for one in told}
        found |= {"content_type": JSON} if len(self.one.content) > 1 else {}
        return found | ({"body": self.body} if self.one.content else {})

    def _path(self) -> str:
        path = self.one.path
        for one in self.one.parameters("path"):
            path = path.replace(f"{{{one['name']}}}", quote(str(self.samples.of(one["schema"])), safe=""))
        return path

    def _query(self) -> dict[str, Any]:
        values = {one["name"]: self.samples.of(one["schema"]) for one in self.one.parameters("query")}
        return {name: str(one).lower() if isinstance(one, bool) else one for name, one in values.items()}


def typed(value: object, kind: Any) -> object:  # noqa: ANN401 - any annotation.
    """Give a value as the first of the types that it may have: a body as its model, a day as a date."""
    first = get_args(kind)[0] if get_origin(kind) in {Union, UnionType} else kind
    found: object = TypeAdapter(first).validate_python(value)
    return found


def plain(got: object) -> object:
    """Give an answer as the JSON that it was read from."""
    if isinstance(got, Model):
        return got.to_json()
    if isinstance(got, list):
        return [plain(one) for one in got]
    return got
