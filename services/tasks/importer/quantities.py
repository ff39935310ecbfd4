"""Numbers with units in a sentence: value, range, unit, operator; what is a date, a name or a scope is none."""

import re
from dataclasses import dataclass, replace

from services.tasks.importer.records import Operator
from services.tasks.importer.text import alternatives, words

_COUNTED = words(
    """
    个 家 户 项 次 座 面 人 张 份 件 条 种 处 所 名 场 批 台 套 辆 只 对 位 人次 万人次 万人
    万户 万辆 万个 万家 万张 万件 万份 标段 床 公里 千米 米 平方米 万平方米 平方公里 公顷 亩
    万亩 吨 万吨 立方米 万立方米 千瓦 万千瓦 兆瓦 千伏安 倍 分 学时 册 篇 期 支 部 宗 株
    万株 条次
    """
)
_MONEY = ("亿元", "万元", "元", "万美元", "亿美元", "美元", "亿", "万亿元", "千万元", "百万元")
_TIME = ("个工作日", "工作日", "个月", "个小时", "小时", "天", "分钟", "周", "秒")
_UNIT_NAME = {
    "个工作日": "工作日",
    "个小时": "小时",
    "亿": "亿元",
    "环节": "个",
    "费用": "元",
    "材料": "项",
}
_SPECIAL = ("环节", "费用")
_TIME_NAMES = frozenset(_UNIT_NAME.get(word, word) for word in _TIME)

_NUMBER = r"\d{1,12}(?:\.\d{1,6})?"
_UNIT = alternatives(("%", "个百分点", *_MONEY, *_TIME, *_COUNTED, *_SPECIAL)).replace("[ \n]*", "")
_QUANTITY = re.compile(
    rf"(?<![\d.A-Za-z+×])(?P<low>{_NUMBER})(?:-(?P<high>{_NUMBER}))?(?P<unit>{_UNIT})(?P<after>以上|以内|之内|以下|内|左右)?"
)
_SERIES = re.compile(
    rf"(?<!\d)(?P<first>{_NUMBER})(?P<u1>{_UNIT})?(?:、|和|及)(?P<second>{_NUMBER})(?P<u2>{_UNIT})(?P<after>以上|以内|之内|以下|内)?"
)
_CHINESE = re.compile(
    r"(?P<n>[一两二三四五六七八九十])(?P<unit>个月|个工作日|次|份)(?P<after>以上|以内|之内|内)?"
)
_EVERY = re.compile(r"每(?:个)?(?P<per>季度|月|周|年|日|天)[^，。；]*$")
_CHINESE_VALUES = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}

_AT_LEAST = re.compile(
    r"(?:不少于|不低于|不小于|不得少于|不得低于|至少|(?<!不)(?:高于|大于)|(?<!不)(?<!不得)超过?|突破|保底)[\u4e00-\u9fff“”]{0,8}$"
)
_AT_MOST = re.compile(
    r"(?:不超过|不得超过|不高于|不多于|不大于|控制在|压缩至|压减至|压降至|缩短至|缩减至|降低至|降至|减至|降到|减少到|压缩到|压减到|"
    r"缩短到|降低到|压缩为|(?<!不)(?<!不得)(?:少于|低于|小于)|分别压缩至)[\u4e00-\u9fff“”]{0,4}$"
)
_REACH = re.compile(r"(?:达到|达|实现|保持在|稳定在|提高到|提升到)$")
_REDUCED_BY = re.compile(r"(?:缩短|压缩|压减|压降|减少|降低|下降)$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit at a place of a sentence."""

    start: int
    end: int
    value: float
    value_max: float | None
    unit: str
    operator: Operator
    bare: bool


def find_quantities(sentence: str) -> list[Quantity]:
    """Find the quantities of a sentence without white space, in order."""
    found = [_quantity(sentence, match) for match in _QUANTITY.finditer(sentence)]
    firsts = [_of_series(sentence, match) for match in _SERIES.finditer(sentence) if match["u1"] is None]
    taken = {at for quantity in found for at in range(quantity.start, quantity.end)}
    found += [first for first in firsts if first.start not in taken]
    ordered = sorted(found, key=lambda q: q.start)
    rated = [_rated(sentence, quantity) for quantity in _in_series(sentence, ordered)]
    return sorted([*rated, *_chinese(sentence)], key=lambda q: q.start)


def _quantity(sentence: str, match: re.Match[str]) -> Quantity:
    operator, bare = _operator(
        sentence[: match.start()], match["after"], _name(match["unit"]), float(match["low"])
    )
    high = float(match["high"]) if match["high"] else None
    low = float(match["low"])
    if high is not None and bare:
        operator = ">="
    return Quantity(match.start(), match.end(), low, high, _name(match["unit"]), operator, bare)


def _of_series(sentence: str, match: re.Match[str]) -> Quantity:
    unit = _name(match["u2"])
    operator, bare = _operator(sentence[: match.start()], match["after"], unit, float(match["first"]))
    return Quantity(match.start(), match.end("first"), float(match["first"]), None, unit, operator, bare)


def _chinese(sentence: str) -> list[Quantity]:
    """Read numbers in characters where they count: 一个月内, 仅需一份, and 两次 only at an interval (每周两次)."""
    found = []
    for match in _CHINESE.finditer(sentence):
        value, unit = float(_CHINESE_VALUES[match["n"]]), _name(match["unit"])
        operator, bare = _operator(sentence[: match.start()], match["after"], unit, value)
        quantity = Quantity(match.start(), match.end(), value, None, unit, operator, bare)
        rated = _rated(sentence, quantity)
        if unit != "次" or rated is not quantity:
            found.append(rated)
    return found


def _rated(sentence: str, quantity: Quantity) -> Quantity:
    """Give 次 its interval (次/周) where one is printed before it in the clause: that often at least."""
    every = _EVERY.search(sentence[: quantity.start])
    if quantity.unit != "次" or every is None or (not quantity.bare and quantity.operator == "<="):
        return quantity
    return replace(quantity, unit=f"次/{every['per']}", operator=">=", bare=False)


def _name(unit: str) -> str:
    return _UNIT_NAME.get(unit, unit)


def _operator(before: str, after: str | None, unit: str, value: float) -> tuple[Operator, bool]:
    """Give the operator and whether the number stands bare, without a word that compares."""
    compared = _compared(before[-14:], after)
    if compared is not None:
        return compared, False
    if _REDUCED_BY.search(before):
        return "==", False
    if _REACH.search(before):
        return (">=" if unit != "%" or value < 100 else "=="), True
    return ("<=" if unit in _TIME_NAMES else "=="), True


def _compared(before: str, after: str | None) -> Operator | None:
    if after == "以上":
        return ">="
    if after in {"以内", "之内", "以下", "内"} or _AT_MOST.search(before):
        return "<="
    return ">=" if _AT_LEAST.search(before) else None


def _in_series(sentence: str, quantities: list[Quantity]) -> list[Quantity]:
    """Give the members of a list (不少于5个、2个; 20个和6个工作日以内) the operator and unit of the whole."""
    done: list[Quantity] = []
    for at, quantity in enumerate(quantities):
        following = quantities[at + 1] if at + 1 < len(quantities) else None
        if following and _are_listed(sentence, quantity, following):
            unit = following.unit if quantity.unit == "个" else quantity.unit
            operator = following.operator if quantity.bare and not following.bare else quantity.operator
            done.append(
                replace(quantity, unit=unit, operator=operator, bare=following.bare and quantity.bare)
            )
        elif done and quantity.bare and not done[-1].bare and _are_listed(sentence, done[-1], quantity):
            done.append(replace(quantity, operator=done[-1].operator, bare=False))
        else:
            done.append(quantity)
    return done


def _are_listed(sentence: str, first: Quantity, second: Quantity) -> bool:
    """Say whether two quantities are members of one list of 分别."""
    return sentence[first.end : second.start] in {"、", "和", "及"} and "分别" in sentence[: first.start]
