"""CloudEvents 1.0 in structured JSON: what stands in the one field of every stream entry.

Invariant: the bytes that a service commits to its outbox are the bytes that every reader sees, for ever.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, TypeAdapter, create_model
from pydantic_core import to_json

Feed: TypeAlias = Literal["supervision", "deadlines", "ratings", "hotline", "exchange", "assessment"]
FEEDS: tuple[Feed, ...] = get_args(Feed)

# The one service that may publish to each feed.
OWNERS: dict[Feed, str] = {
    "supervision": "tasks",
    "deadlines": "notify",
    "ratings": "gateway",
    "hotline": "gateway",
    "exchange": "gateway",
    "assessment": "metrics",
}

TYPE_PREFIX = "cn.duban."
_REGISTRY: "dict[str, type[Event]]" = {}


class Event(BaseModel):
    """What happened: the `data` of an envelope. New fields are optional; a changed meaning is a new type.

    A concrete event names its `type` (`cn.duban.<feed>.<noun>.<past participle>.v<N>`) and the field that is
    its `subject`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="iso8601")

    type: ClassVar[str] = ""
    subject_field: ClassVar[str] = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Register every concrete event under its type."""
        if cls.type:
            _REGISTRY[cls.type] = cls

    @classmethod
    @cache  # Asked for every event that is published.
    def feed(cls) -> Feed:
        """Give the feed that the type names."""
        name = cls.type.removeprefix(TYPE_PREFIX).split(".", 1)[0]
        return TypeAdapter[Feed](Feed).validate_python(name)

    @property
    def subject(self) -> str:
        """The id of the entity that this is about; events of one subject are handled in order."""
        return str(getattr(self, self.subject_field))


class Envelope(BaseModel):
    """One CloudEvent as every reader sees it, with its `data` still unread or read by its model.

    Attributes:
        id: Unique together with `source`.
        time: Business time of what happened.
        sequence: Position in its own stream: gapless, from 1, in commit order; also the stream entry's id.
        revision: Counts the changes of the subject; a handler may ignore an older one.
        traceparent: W3C trace context of the request that began it.
        data: The event model of `type`, or a dictionary for a type that this version doesn't know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    id: str = Field(min_length=1)
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int = Field(ge=1)
    revision: int = 0
    traceparent: str = ""
    data: SerializeAsAny[Event] | dict[str, object]

    @classmethod
    def read(cls, raw: bytes) -> "Envelope":
        """Parse the bytes of a stream entry; a type that is known gets its model as `data`.

        Raises:
            ValueError: The bytes are no CloudEvent of ours (`pydantic.ValidationError` is one).
        """
        found = cls.read_all([raw])[0]
        if isinstance(found, ValueError):
            raise found
        return found

    @classmethod
    def read_all(cls, raws: Sequence[bytes]) -> "list[Envelope | ValueError]":
        """Parse many entries; one that is no CloudEvent of ours gives its error in its place."""
        found: list[Envelope | ValueError] = []
        mark, read = _LIKELIEST
        for raw in raws:
            try:
                if mark not in raw:
                    mark, read = _peek(raw) or _reader(raw)
                found.append(read(raw))
            except ValueError:  # The mark may stand inside `data` only: look properly.
                found.append(_read_slowly(raw))
        return found


# Reads an entry in one pass of pydantic, with the model of a type; the mark is how `render` writes that type.
_Reader: TypeAlias = tuple[bytes, Callable[[bytes], Envelope]]
_READERS: "dict[bytes, _Reader]" = {}
_TYPE_MARK = b'"type":"'
_LIKELIEST: _Reader = (b"no type has this mark", Envelope.__pydantic_validator__.validate_json)


def _peek(raw: bytes) -> _Reader | None:
    """Find the reader for the first type that the bytes name; mostly it is the right one."""
    start = raw.find(_TYPE_MARK) + len(_TYPE_MARK)
    return _READERS.get(raw[start : raw.find(b'"', start)])


def _reader(raw: bytes) -> _Reader:
    """Find, or build, the reader for the type that an entry has."""
    content = json.loads(raw)
    kind = content.get("type") if isinstance(content, dict) else None
    if not isinstance(kind, str):
        raise ValueError("an event needs a type")  # noqa: TRY004 - it is the bytes that are wrong.
    model = _REGISTRY.get(kind)
    key = kind.encode() if model else b" "
    if key not in _READERS:
        literal: Any = Literal[kind] if model else str  # A literal that is made at run time.
        data: Any = model or dict[str, object]
        typed = create_model("EnvelopeRead", __base__=Envelope, type=literal, data=data)
        _READERS[key] = (f'"type":"{kind}"'.encode(), typed.__pydantic_validator__.validate_json)
    return _READERS[key]


def _read_slowly(raw: bytes) -> Envelope | ValueError:
    try:
        return _reader(raw)[1](raw)
    except ValueError as error:
        return error


def models() -> "dict[str, type[Event]]":
    """Give all concrete events by type; importing `shared.events.<feed>` registers that feed's."""
    return dict(_REGISTRY)


def render(event: Event, *, meta: "Meta", sequence: int) -> bytes:
    """Write the final CloudEvent bytes of `event` at `sequence` of its stream."""
    return to_json(
        {
            "specversion": "1.0",
            "id": meta.id,
            "source": meta.source,
            "type": event.type,
            "subject": event.subject,
            "time": meta.time,
            "datacontenttype": "application/json",
            "sequence": f"{sequence:016d}",
            "revision": meta.revision,
            **({"traceparent": meta.traceparent} if meta.traceparent else {}),
            "data": event,
        },
        exclude_none=True,
    )


class Meta(NamedTuple):
    """What the envelope says beside the event itself; set when a use case publishes."""

    id: str
    source: str
    time: datetime
    revision: int = 0
    traceparent: str = ""
