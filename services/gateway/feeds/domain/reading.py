"""Reads a record by its source's form into the events that it gives, or says all that does not fit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from services.gateway.feeds.domain import values
from services.gateway.feeds.domain.drafts import Draft, Fault, Meaning
from services.gateway.feeds.domain.events import make_draft
from services.gateway.feeds.domain.form import Form, Record
from services.gateway.feeds.domain.targets import GIVES_WORDS, PRIVATE, REGION, TARGETS, WORDS, Target
from services.gateway.vault.domain import Private
from shared.clock import SHANGHAI


class Context(NamedTuple):
    """With what a record is read.

    Attributes:
        latest: Business time after which nothing can have happened yet.
    """

    source_id: str
    form: Form
    latest: datetime


@dataclass(slots=True)
class Reading:
    """What a record gives, in order, or why it gives nothing; `names` are the sorts of record that it was known as."""

    drafts: list[Draft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def ignored(self) -> bool:
        """Whether it is known, fits, and says nothing for us."""
        return not self.drafts and not self.faults


def read_record(record: Mapping[str, object], context: Context) -> Reading:
    """Read one record; with any fault it gives no event at all."""
    reading = Reading()
    for name, rule in context.form.records.items():
        if _is(record, rule):
            reading.names.append(name)
            _read(record, rule, context, reading)
    if not reading.names:
        reading.faults.append(_unknown(record, context.form))
    if reading.faults:
        reading.drafts.clear()
    return reading


def _is(record: Mapping[str, object], rule: Record) -> bool:
    when = rule.when
    return (
        all(values.has(record, name) for name in when.present)
        and (not when.any or any(values.has(record, name) for name in when.any))
        and not any(values.has(record, name) for name in when.absent)
    )


def _unknown(record: Mapping[str, object], form: Form) -> Fault:
    told = "、".join(str(name)[:30] for name in list(record)[:8]) or "（没有字段）"
    wanted = "；".join(
        f"{name}凭 {'、'.join(rule.when.present or rule.when.any)}" for name, rule in form.records.items()
    )
    # Names of fields go as the value, which is not stored: without its header, a sheet's are somebody's data.
    return Fault("", told, "record.kind_unknown", "识别不出是哪种记录", f"按格式 {form.name}，{wanted}")


def _read(record: Mapping[str, object], rule: Record, context: Context, reading: Reading) -> None:
    if rule.gives == "refused":
        reading.faults.append(Fault("", "", "record.not_taken", rule.refusal, "请按所述途径报送"))
        return
    said = _Said(record, rule, context)
    for ours, target in TARGETS[rule.gives].items():
        if ours in rule.fields or target.required or ours in rule.constants:
            said.take(ours, target)
    reading.faults.extend(said.faults)
    if said.faults or rule.gives == "nothing":
        return
    private = said.private()
    made = make_draft(rule.gives, said, private)
    if isinstance(made, Fault):
        reading.faults.append(made)
    else:
        reading.drafts.append(made)


class _Said:
    """The fields of one record as ours, with the raw codes and how they were understood."""

    def __init__(self, record: Mapping[str, object], rule: Record, context: Context) -> None:
        self._record, self._rule = record, rule
        self.context = context
        self.faults: list[Fault] = []
        self.meanings: list[Meaning] = []
        self.found: dict[str, Any] = {}
        self.raw: dict[str, str] = {}
        self.places: dict[str, str] = {}

    def place(self, ours: str) -> str:
        """Give the name that a field of ours has in the record."""
        return self.places.get(ours, ours)

    def take(self, ours: str, target: Target) -> None:
        """Read one field of ours."""
        name, value = values.value_of(self._record, self._rule.fields.get(ours, ()))
        self.places[ours] = name or ours
        if value == "":
            self._take_constant(ours, target)
            return
        try:
            self.found[ours] = _READERS[target.sort](self, ours, target, value)
        except ValueError:
            code, message, remedy = self._explained(target, name)
            self.faults.append(Fault(name, str(value)[:60], code, message, remedy))

    def _take_constant(self, ours: str, target: Target) -> None:
        constant = self._rule.constants.get(ours)
        if constant is not None:
            self.found[ours] = int(constant) if target.sort == "count" else constant
        elif target.required:
            name = self.places[ours]
            message = f"缺少{target.title}（{GIVES_WORDS[self._rule.gives]}必填）"
            self.faults.append(Fault(name, "", "field.missing", message, f"请填写字段 {name}"))

    def read_text(self, _ours: str, _target: Target, value: values.Value) -> str:
        """Read an id or a code that is kept as it is."""
        text = str(value)
        if len(text) > values.LONGEST or values.CONTROL.search(text) or values.SCIENTIFIC.fullmatch(text):
            raise ValueError("text")
        return text

    def read_unit(self, _ours: str, _target: Target, value: values.Value) -> str:
        """Read the code of a unit."""
        if not values.UNIT.fullmatch(str(value)):
            raise ValueError("unit")
        return str(value)

    def read_region(self, ours: str, target: Target, value: values.Value) -> str:
        """Read a region code of 6, 9 or 12 digits, as 12; a name by the list of the form."""
        text, name, named = str(value), self.places[ours], self.context.form.lists.get("region")
        code = text
        if not REGION.fullmatch(text):
            if named is None or text not in named.codes:
                raise ValueError("region")
            code = named.codes[text]
            words = code or WORDS["region"][code]
            self.meanings.append(Meaning(name, text, ours, target.title, named.scheme, words))
        self.raw[name] = text
        return code and code.ljust(12, "0")

    def read_code(self, ours: str, target: Target, value: values.Value) -> str:
        """Read a code by the list of the form; its raw value is kept."""
        codes, text, name = self.context.form.lists[target.codes], str(value), self.places[ours]
        if text not in codes.codes:
            raise ValueError("code")
        word = codes.codes[text]
        self.raw[name] = text
        words = WORDS[target.codes].get(word, word)
        self.meanings.append(Meaning(name, text, ours, target.title, codes.scheme, words))
        return word

    def read_time(self, _ours: str, _target: Target, value: values.Value) -> datetime:
        """Read an instant that has passed."""
        found = values.read_time(value, self.context.form.times)
        if found > self.context.latest:
            raise ValueError("future")
        return found

    def read_date(self, _ours: str, _target: Target, value: values.Value) -> object:
        """Read a day."""
        return values.read_date(value, self.context.form.dates)

    def read_count(self, _ours: str, _target: Target, value: values.Value) -> int:
        """Read a small whole number."""
        return values.read_count(str(value))

    def read_reasons(self, _ours: str, _target: Target, value: values.Value) -> tuple[str, ...]:
        """Read codes of reasons."""
        return values.read_reasons(str(value))

    def read_path(self, _ours: str, _target: Target, value: values.Value) -> tuple[str, ...]:
        """Read the levels of a category."""
        return values.read_path(str(value))

    def read_given(self, _ours: str, _target: Target, _value: values.Value) -> bool:
        """Note that there is something; what it is stays out."""
        return True

    def private(self) -> Private:
        """Split the private parts off; a name that stands for nobody is none."""
        parts: dict[str, str] = {}
        for part, names in self._rule.private.items():
            whole = self._joined(names) if part in self._rule.joined else self._first(names)
            text = whole.replace("\x00", "")[: PRIVATE[part]]
            parts[part] = "" if part == "name" and text in self.context.form.anonymous else text
        return Private(**parts, source=self.context.source_id)

    def _first(self, names: Sequence[str]) -> str:
        return str(values.value_of(self._record, names)[1])

    def _joined(self, names: Sequence[str]) -> str:
        found = (values.as_value(self._record.get(name)) for name in names)
        return "\n".join(str(one) for one in found if one)

    def _explained(self, target: Target, name: str) -> tuple[str, str, str]:
        code = _CODES[target.sort]
        if target.sort == "code":
            codes = self.context.form.lists[target.codes]
            told = "、".join(
                f"{one} {WORDS[target.codes].get(word, word)}" for one, word in codes.codes.items()
            )
            message = f"{target.title}代码不在代码表 {codes.scheme} 中（字段 {name}）"
            return code, message, f"可用：{told}；如代码有别，请改该来源的映射 lists.{target.codes}"
        if target.sort in {"time", "date"}:
            form = self.context.form
            wanted = "、".join(form.times if target.sort == "time" else form.dates)
            latest = f"{self.context.latest.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
            return (
                code,
                f"{target.title}无法识别或在将来（字段 {name}）",
                f"格式：{wanted}；最晚 {latest}（北京时间）",
            )
        return code, f"{target.title}的值无效（字段 {name}）", _REMEDIES[target.sort]


_Reader = Callable[[_Said, str, Target, values.Value], Any]
_READERS: dict[str, _Reader] = {
    "text": _Said.read_text,
    "unit": _Said.read_unit,
    "region": _Said.read_region,
    "code": _Said.read_code,
    "time": _Said.read_time,
    "date": _Said.read_date,
    "count": _Said.read_count,
    "reasons": _Said.read_reasons,
    "path": _Said.read_path,
    "given": _Said.read_given,
}
_CODES = {
    "text": "text.invalid",
    "unit": "unit.invalid",
    "region": "region.invalid",
    "code": "code.unknown",
    "time": "time.invalid",
    "date": "date.invalid",
    "count": "count.invalid",
    "reasons": "reasons.invalid",
    "path": "category.invalid",
    "given": "text.invalid",
}
_REMEDIES = {
    "text": f"最长 {values.LONGEST} 个字符，不含控制字符；表格中的长编号请设为文本格式，以免被截成科学计数",
    "unit": "应为统一社会信用代码（字母、数字和连字符，最长 64）",
    "region": "应为 6、9 或 12 位数字；用名称的来源请在映射 lists.region 中写明每个名称的代码",
    "count": "应为 0 到 9999 的整数",
    "reasons": f"应为三位代码，逗号分隔，最多 {values.MOST_REASONS} 个",
    "path": f"从大类到小类最多 {values.MOST_LEVELS} 级，写作 甲->乙->丙，每级最长 {values.LONGEST} 个字符",
}
