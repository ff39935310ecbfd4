"""How the client calls the gateway: one way to send, one way to read an answer, one way to fail."""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import cache
from typing import Any, Protocol, TypeAlias, TypeVar, cast
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, PrivateAttr, TypeAdapter, ValidationError

Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]
Parameters: TypeAlias = Mapping[str, object]
Answer = TypeVar("Answer")
Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)
TIMEOUT = 60.0  # seconds
_SHOWN = 200  # Characters of an answer that is no problem document.


class Model(BaseModel):
    """A body or an answer. What a newer gateway says beside the known fields is kept; what was not set is not sent."""

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        populate_by_name=True,
        protected_namespaces=(),
        defer_build=True,  # Most programs use few of the models.
    )
    _etag: str = PrivateAttr("")

    @property
    def etag(self) -> str:
        """Give the tag of what was answered, for `if_match` of a change; empty where the gateway gives none."""
        return self._etag

    def tag(self, etag: str) -> None:
        """Note the tag that came with an answer."""
        self._etag = etag

    def to_json(self) -> JsonObject:
        """Give the JSON object, as it was answered or is sent."""
        found: JsonObject = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return found


class ApiError(Exception):
    """The gateway refused, or answered what can't be read.

    Args:
        status: Of HTTP.
        code: Stable code of the problem document; `gateway.unexpected` for an answer that is none.
        message: What happened, in Chinese, for people.
        retry_after: Seconds after which another try may go better; None where the gateway does not say.
        problem: The whole problem document (RFC 9457); empty for an answer that is none.
    """

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: float | None = None, problem: JsonObject
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message
        self.retry_after, self.problem = retry_after, problem

    @property
    def field(self) -> str:
        """Give the field that is wrong; empty where it is none."""
        return str(self.problem.get("field", ""))


class Items(Protocol[Row_co]):
    """A page of a list that comes as an object."""

    @property
    def items(self) -> Sequence[Row_co]:
        """Give its rows."""
        ...


class Calls:
    """Sends requests and reads answers.

    Args:
        http: Has the gateway's address and the key's header.

    Attributes:
        following: Parameters of the next page of the list that was answered last; empty at its end.
    """

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.following: Mapping[str, str] = {}

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Surround every call; a subclass may raise its own failures for these (ApiError, httpx.HTTPError)."""
        yield

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own.
        """Send a request.

        Raises:
            ApiError: The gateway refuses.
            httpx.HTTPError: It does not answer.
        """
        with self.failing():
            answer = self.http.request(method, path, **more)
            if answer.is_error:
                raise error_of(answer)
            self.following = _following(answer)
            return answer

    def every(self, page: Callable[..., Sequence[Row] | Items[Row]], **query: Any) -> list[Row]:  # noqa: ANN401 - what the list takes.
        """Ask for all pages of a list, and give its rows; raises as `ask` does.

        Args:
            page: The method that gives a page: `duban.calls.every(duban.rules.get_rules_versions)`.
            query: Its parameters.
        """
        found, more = list[Row](), True
        while more:
            said = page(**query)
            found += said if isinstance(said, Sequence) else said.items
            query |= self.following
            more = bool(self.following)
        return found

    def ask(
        self,
        kind: type[Answer],
        method: str,
        path: str,
        *,
        query: Parameters | None = None,
        headers: Parameters | None = None,
        body: object = None,
    ) -> Answer:
        """Send a request, and give its answer as a `kind`.

        Raises:
            ApiError: The gateway refuses, or its answer is none of this kind.
            httpx.HTTPError: It does not answer.
        """
        answer = self.send(method, path, **_prepared(query, headers, body))
        with self.failing():
            found = _read(kind, answer)
        if isinstance(found, Model):
            found.tag(answer.headers.get("etag", ""))
        return found

    def fetch(
        self,
        method: str,
        path: str,
        *,
        query: Parameters | None = None,
        headers: Parameters | None = None,
        body: object = None,
    ) -> bytes:
        """Send a request, and give the bytes of its answer; raises as `ask` does."""
        return self.send(method, path, **_prepared(query, headers, body)).content

    def stream(
        self,
        method: str,
        path: str,
        *,
        query: Parameters | None = None,
        headers: Parameters | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> AbstractContextManager[httpx.Response]:
        """Send a request, and give its answer while it comes: read it with `iter_lines` or `iter_bytes`.

        Args:
            method: Of HTTP.
            path: Under the address.
            query: Parameters; None is left out.
            headers: The same.
            timeout: Between two pieces of the answer; none at all when left out.

        Raises:
            ApiError: The gateway refuses.
            httpx.HTTPError: It does not answer, or stops in the middle.
        """
        return self._streaming(method, path, timeout, _prepared(query, headers, None))

    @contextmanager
    def _streaming(
        self, method: str, path: str, timeout: httpx.Timeout | None, more: dict[str, Any]
    ) -> Iterator[httpx.Response]:
        with self.failing(), self.http.stream(method, path, timeout=timeout, **more) as answer:
            if answer.is_error:
                answer.read()
                raise error_of(answer)
            yield answer


def _following(answer: httpx.Response) -> dict[str, str]:
    """Read what the link to the next page asks for beside what was asked now."""
    link = answer.links.get("next", {}).get("url", "")
    asked = answer.request.url.params
    return {name: text for name, text in httpx.URL(link).params.items() if asked.get(name) != text}


def error_of(answer: httpx.Response) -> ApiError:
    """Read a refusal."""
    problem: JsonObject = {}
    try:
        problem = answer.json()
        code, message = str(problem["code"]), str(problem["title"])
    except (ValueError, KeyError, TypeError):
        problem, code, message = {}, "gateway.unexpected", answer.text[:_SHOWN]
    waits = answer.headers.get("retry-after", "")
    retry_after = float(waits) if waits.isdecimal() else None
    return ApiError(answer.status_code, code, message, retry_after=retry_after, problem=problem)


def _read(kind: type[Answer], answer: httpx.Response) -> Answer:
    try:
        found: Answer = _adapter(cast("Hashable", kind)).validate_json(answer.content)
    except ValidationError as error:
        first = error.errors()[0]
        where = (
            ".".join(str(one) for one in first["loc"]) or f"{answer.request.method} {answer.request.url.path}"
        )
        message = f"应答无法识别（{where}：{first['msg']}）"
        raise ApiError(answer.status_code, "gateway.unexpected", message, problem={}) from error
    return found


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("type", kind))


def _prepared(query: Parameters | None, headers: Parameters | None, body: object) -> dict[str, Any]:
    """Give what httpx is to send; a parameter that is None was not given."""
    told = {name: str(value) for name, value in (headers or {}).items() if value is not None}
    found: dict[str, Any] = {"headers": told}
    if query:
        found["params"] = {name: _texts(value) for name, value in query.items() if value is not None}
    if isinstance(body, bytes):
        found["content"] = body
    elif body is not None:
        found["content"] = json.dumps(body, default=_plain, ensure_ascii=False).encode()
        told.setdefault("content-type", "application/json")
    return found


def in_path(value: object) -> str:
    """Write a parameter as a part of a path."""
    return quote(_text(value), safe="")


def _plain(value: object) -> Json:
    if isinstance(value, Model):
        return value.to_json()
    if isinstance(value, date):  # A datetime is one, too.
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _texts(value: object) -> str | list[str]:
    """Write a parameter; one that may be repeated is a list."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_text(one) for one in value]
    return _text(value)
