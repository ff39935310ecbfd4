"""Fields that a kind adds to the common ones: rows of data, checked when a task is registered.

Invariant: a value is a code, a number or a post, never the name of a person; fields stay out of events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.errors import Invalid

LONGEST = 500  # Characters of a value.


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a kind.

    Attributes:
        word: What people call it.
        required: Whether it must be given.
        choices: Its codes and their words; empty for free text.
    """

    name: str
    word: str
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


def check_fields(fields: Sequence[Field], said: Mapping[str, str]) -> dict[str, str]:
    """Give what somebody said of a task in the order of its kind's `fields`, without empty values.

    Raises:
        Invalid: A field is unknown, missing, too long or not among its choices.
    """
    known = {one.name: one for one in fields}
    if unknown := sorted(set(said) - set(known)):
        words = "、".join(f"{one.word}（{one.name}）" for one in fields) or "无"
        message = f"该类事项没有字段 {unknown[0]}，可用：{words}"
        raise Invalid(message, code="field.unknown", field=f"fields.{unknown[0]}")
    values = {name: said.get(name, "").strip() for name in known}
    for name, one in known.items():
        _check_value(one, values[name])
    return {name: value for name, value in values.items() if value}


def _check_value(one: Field, value: str) -> None:
    place = f"fields.{one.name}"
    if one.required and not value:
        message = f"必须填写{one.word}（{one.name}）"
        raise Invalid(message, code="field.missing", field=place)
    if value and one.choices and value not in one.choices:
        known = "、".join(f"{word}（{code}）" for code, word in one.choices.items())
        message = f"{one.word}没有 {value} 这个取值，可用：{known}"
        raise Invalid(message, code="field.choice_unknown", field=place)
    if len(value) > LONGEST:
        message = f"{one.word}过长（{len(value)} 字），请在 {LONGEST} 字以内"
        raise Invalid(message, code="field.too_long", field=place)
