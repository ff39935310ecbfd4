"""A form: the mapping of one interface as data, merged from what it extends and from a source's own corrections.

Invariant: a form that is built names only fields and words of ours, and has a code list for every coded field that it
reads; nothing is ever inferred.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.gateway.feeds.domain.targets import REGION, TARGETS, WORDS, Gives, Target
from shared.errors import Invalid

ISO = "iso"  # A time as ISO 8601, with or without its zone.
Json = Mapping[str, Any]
Part = Literal["name", "phone", "certificate", "text", "address"]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1, max_length=10)]
Some = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(max_length=10)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class When(_Strict):
    """How a record is known: fields that are all there, of which one is there, and that are not there."""

    present: Some = ()
    any: Some = ()
    absent: Some = ()


class Record(_Strict):
    """What a sort of record gives, and which of its fields give ours; the first that has a value counts.

    Attributes:
        constants: Fields of ours with what they are where the record has no such field or leaves it empty.
        private: Parts that never stand in an event.
        joined: Those of `private` of which every field that has a value counts, a line for each.
        refusal: Why such a record is not taken, for `refused`.
    """

    gives: Gives
    when: When
    fields: dict[str, Names] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    private: dict[Part, Names] = Field(default_factory=dict)
    joined: tuple[Part, ...] = Field(default=(), max_length=5)
    refusal: str = ""


class CodeList(_Strict):
    """What the codes of one scheme mean, in our words."""

    scheme: str = Field(min_length=1, max_length=32)
    title: str = ""
    codes: dict[str, str] = Field(min_length=1, max_length=500)


class Form(_Strict):
    """The mapping of one interface.

    Attributes:
        scheme: Its name in events of services; a rating has the name of its satisfaction list.
        times, dates: Formats of strptime, tried in order; `iso` for ISO 8601. Without a zone they are Shanghai's.
        reasons_tell_level: Reason codes begin with the level, as the national list of options has it.
        anonymous: Names that stand for nobody.
    """

    name: str
    title: str
    scheme: str = Field(min_length=1, max_length=32)
    times: tuple[str, ...] = Field(min_length=1, max_length=20)
    dates: tuple[str, ...] = Field(min_length=1, max_length=20)
    reasons_tell_level: bool = False
    anonymous: tuple[str, ...] = ("匿名", "匿名用户")
    lists: dict[str, CodeList]
    records: dict[str, Record] = Field(min_length=1, max_length=30)


def build_form(name: str, shipped: Mapping[str, Json], lists: Json, overrides: Json) -> Form:
    """Build the form `name` with a source's own corrections.

    Args:
        name: One of `shipped`.
        shipped: The forms as data.
        lists: The code lists that forms name: sort → name → list.
        overrides: What the source has otherwise, in the form's own shape; null takes something out.

    Raises:
        Invalid: There is no such form, or what comes out is none; the field says where.
    """
    if name not in shipped:
        known = "、".join(sorted(shipped))
        raise Invalid(f"没有接口格式 {name}，可用：{known}", code="form.unknown", field="form")
    raw = _merged(_extended(name, shipped), overrides)
    chosen = {sort: _list_of(sort, said, lists) for sort, said in _lists(raw).items()}
    try:
        form = Form.model_validate({**raw, "name": name, "lists": chosen})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        message = f"映射的 {field} 值 {str(first.get('input'))[:60]} 无效：{first['msg']}"
        raise Invalid(message, code="mapping.invalid", field=field) from error
    for field, message in _faults(form):
        raise Invalid(f"映射的 {field}：{message}", code="mapping.invalid", field=field)
    return form


def _extended(name: str, shipped: Mapping[str, Json]) -> Json:
    own = dict(shipped[name])
    base = own.pop("extends", "")
    return _merged(_extended(base, shipped), own) if base else own


def _merged(base: Json, changes: Json) -> dict[str, Any]:
    """Lay `changes` over `base`; code lists are put in place whole, since half of one scheme is a trap."""
    merged = dict(base)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif key == "lists" and isinstance(value, Mapping):
            merged[key] = {**merged.get(key, {}), **value}
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged


def _lists(raw: Json) -> Json:
    found = raw.get("lists", {})
    if not isinstance(found, Mapping):
        raise Invalid("映射的 lists 应是一个对象", code="mapping.invalid", field="lists")
    return {sort: said for sort, said in found.items() if said is not None}


def _list_of(sort: str, said: object, lists: Json) -> object:
    """Give the list that a form names, or the one that it brings itself."""
    if sort not in WORDS:
        message = f"映射的 lists.{sort}：没有这种代码表，可用：{'、'.join(WORDS)}"
        raise Invalid(message, code="mapping.invalid", field=f"lists.{sort}")
    if not isinstance(said, str):
        return said
    if said not in lists.get(sort, {}):
        known = "、".join(lists.get(sort, {}))
        message = f"映射的 lists.{sort}：没有代码表 {said}，可用：{known}，或直接写出 scheme 和 codes"
        raise Invalid(message, code="mapping.invalid", field=f"lists.{sort}")
    return {"scheme": said, **lists[sort][said]}


def _faults(form: Form) -> Iterator[tuple[str, str]]:
    for sort, codes in form.lists.items():
        for code, word in codes.codes.items():
            if sort == "region" and REGION.fullmatch(word):
                continue
            if word not in WORDS[sort]:
                known = "、".join(repr(one) for one in WORDS[sort])
                yield f"lists.{sort}.codes.{code}", f"没有词 {word}，可用：{known}"
    for position, pattern in enumerate((*form.times, *form.dates)):
        if not _is_format(pattern):
            yield f"times.{position}", f"{pattern} 不是时间格式（如 %Y-%m-%d %H:%M:%S 或 iso）"
    for name, record in form.records.items():
        yield from _record_faults(f"records.{name}", record, form)


def _is_format(pattern: str) -> bool:
    if pattern == ISO:
        return True
    sample = datetime(2023, 11, 25, 0, 0)  # noqa: DTZ001 - a wall clock is written and read back, no instant.
    try:
        return datetime.strptime(sample.strftime(pattern), pattern).date() == sample.date()  # noqa: DTZ007 - as above.
    except ValueError:
        return False


def _record_faults(place: str, record: Record, form: Form) -> Iterator[tuple[str, str]]:
    targets = TARGETS[record.gives]
    if not (record.when.present or record.when.any):
        yield f"{place}.when", "应写明凭哪个字段识别（present 或 any）"
    for ours in {**record.fields, **record.constants}:
        if ours not in targets:
            yield f"{place}.fields.{ours}", f"没有此字段，可用：{'、'.join(targets)}"
        elif targets[ours].sort == "code" and targets[ours].codes not in form.lists:
            yield f"{place}.fields.{ours}", f"缺少代码表 lists.{targets[ours].codes}"
        elif ours in record.constants:
            yield from _constant_faults(f"{place}.constants.{ours}", record.constants[ours], targets[ours])
    for ours, target in targets.items():
        if target.required and ours not in record.fields and ours not in record.constants:
            yield f"{place}.fields.{ours}", f"缺少必填字段（{target.title}）"


def _constant_faults(place: str, value: str, target: Target) -> Iterator[tuple[str, str]]:
    if target.sort == "code" and value not in WORDS[target.codes]:
        yield place, f"没有词 {value}，可用：{'、'.join(WORDS[target.codes])}"
    elif target.sort == "count" and not (value.isascii() and value.isdecimal() and len(value) <= 4):
        yield place, f"{value} 不是 0 到 9999 的整数"
    elif target.sort not in {"code", "count", "text"}:
        yield place, "此字段不能写成常量"
