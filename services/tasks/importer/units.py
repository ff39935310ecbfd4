"""Unit names: cleaning and splitting printed lists, guessing the kind, resolving aliases. No table of real units."""

import re
from collections.abc import Mapping

from services.tasks.importer.records import UnitKind
from services.tasks.importer.text import alternatives, shadow, squeeze, words
from services.tasks.importer.vocabulary import RESPONSIBLE_VERBS

_ENDINGS = words(
    """
    厅 局 委 办 部 处 科 股 室 院 会 社 署 所 站 队 馆 台 库 厂 中心 公司 集团 政府 单位
    部门 企业 机构 学校 高校 院校 大学 学院 医院 法院 检察院 银行 支行 分行 人行 街道 乡镇 镇街
    街镇 乡街    镇 乡 村 社区 园区 开发区 新区 高新区 经开区 示范区 景区 工会 妇联 残联 侨联 文联 社联
    工商联 企联 企协 科协 团委 联合会 联盟 协会 商会 学会 基金会 专班 指挥部 领导小组 小组
    支队 大队 总队 中队 分局 总站 海关 公安 武警 军分区 人武部 党校 报社 电视台 政法委 机关
    组织 平台 供电 电力 电信 移动 联通 邮政 烟草 气象 管委会 县区 各县 各市 各区 各镇 各乡
    各地 人社 财政 税务 金融办 编办 网信办 成员 园办 国企
    """
)
"""Endings of unit names; more than enough to tell a list of units from prose."""

_UNIT_LIKE = re.compile(rf"^[^。：！？“”\d]{{0,40}}{alternatives(_ENDINGS)}(?:（[^（）]*）)?$")
_PLACE = re.compile(
    r"^(?:各|有关|相关)?[\u4e00-\u9fff]{0,6}(?:省|市|县|区|旗|州|镇|乡|街道|县（市、区）|县（区）|新城)$"
)
_COLLECTIVE = re.compile(r"各|有关|相关|成员单位|其他|其它|全体|所有|属地")
_TAIL = re.compile(
    r"(?:等(?:\d+|[一二三四五六七八九十]+)?个?(?:部门|单位|部门单位|部门和单位|单位和部门|地方|地区|有关方面)?)$"
)
_AND_OTHERS = re.compile(
    r"等(?P<who>(?:各|其他)?(?:[省市县区州盟旗](?:直|级|政府)?|国务院|中央|国家)?(?:相关|有关)(?:责任)?(?:职能)?(?:部门和单位|部门|单位|企业|科室|处室)"
    r"|[省市县区州盟旗][直级](?:各)?(?:部门和单位|部门|单位|机关))$"
)
_NOBODY = re.compile(r"(?:其他)?有关(?:部门和单位|部门|单位|方面)")
"""What says no more than 等 where units are named beside it (甲局等有关单位)."""
_DUTY = re.compile(
    rf"(?:等)?{alternatives([v for v in RESPONSIBLE_VERBS if '职' in v or '分工' in v or '分别' in v])}$"
)
_LEADING = re.compile(
    r"^(?:(?:(?:此项|该项|本项|这项|上述|以上|具体)(?:工作|任务)?|工作|任务)?(?:具体)?由|以及|及其|及|并由|和|与|其中|会同|责成|请)"
)
_NOTE = re.compile(
    r"（(?:[^（）：]{0,60}(?:不分先后|下同|不再列出|以下简称|牵头|汇总)[^（）：]{0,20}|按职责分工(?:负责)?)）"
)
"""A remark about the list, in a bracket behind a name; 甲局（牵头） is a role and stays."""
_SIGNED = re.compile(r"（(?:负责)?(?:牵头|主办)(?:单位|部门|责任)?）")
_SPLIT_AT = frozenset("、，；,;/\n|。")
_SHORT_PLACE = re.compile(
    r"^(?P<all>各|有关|相关|所在)?(?:设区)?(?:的)?(?:市|县|区|州|乡|镇)(?:（[^）]*）)?$"
)
_SHARED_HEAD = re.compile(r"^(?:县|区|旗|乡|镇|市)(?:（[^）]*）)?(?:人民)?(?:政府|党委政府|党委|管委会)$")

_LONGEST_PIECE = 200
"""Characters; more than that between two separators is no list of units."""

_SPACED = re.compile(r"(?<=[^\s、，；,;（(])[ \u3000\u00a0]+(?=[^\s、，；,;）)])")

Named = tuple[str, ...]


def looks_like_unit(name: str) -> bool:
    """Say whether the name ends as unit names do, or is a place (各县区)."""
    flat = squeeze(shadow(name))
    return 2 <= len(flat) <= 50 and bool(_UNIT_LIKE.match(flat) or _PLACE.match(flat))


def is_collective(name: str) -> bool:
    """Say whether the name means several units without naming them (各相关部门)."""
    return bool(_COLLECTIVE.search(name))


def split_units(text: str) -> Named:
    """Split a printed list of units into names as printed, without tails (等部门, 按职责分工负责) and repeats.

    A collective that stands behind 等 (甲局等相关部门) is a name of its own.
    """
    pieces = _joined_places(_pieces(squeeze(_SPACED.sub(_set_apart, text))))
    names = [name for piece in pieces for name in _names(piece)]
    known = [name for name in names if name and not _NOBODY.fullmatch(name)]
    return tuple(dict.fromkeys(known or filter(None, names)))


def _set_apart(gap: re.Match[str]) -> str:
    """Put a separator into a gap between two whole names (甲局 乙局); any other gap is a stray space."""
    before = re.split(r"[、，；,;\s]", gap.string[max(0, gap.start() - 40) : gap.start()])[-1]
    after = re.split(r"[、，；,;\s]", gap.string[gap.end() : gap.end() + 40])[0]
    whole = looks_like_unit(before) and looks_like_unit(after) and min(len(before), len(after)) >= 3
    return "、" if whole else ""


def guess_kind(name: str) -> UnitKind:
    """Guess what sort of body the name means, by its words alone."""
    flat = shadow(name)
    for kind, pattern in _KINDS:
        if pattern.search(flat):
            return kind
    return "unknown"


_KINDS: tuple[tuple[UnitKind, re.Pattern[str]], ...] = (
    ("soe", re.compile(r"国有企业|国企|国资企业|直属企业|平台公司|城投|集团公司$")),
    (
        "collective",
        re.compile(r"^(?:各|有关|相关|其他)|各相关|成员单位$|^所有|有关部门$|相关部门$|相关单位$"),
    ),
    (
        "external",
        re.compile(r"公司$|法院|检察院|银行|支行|分行|供电|电力|燃气|大学|学院|协会|商会|国网|企业$"),
    ),
    ("centre", re.compile(r"中心$")),
    ("government", re.compile(r"政府$|管委会$|街道$|街道办$|(?:乡|镇|县|市|区)$")),
    (
        "department",
        re.compile(
            r"(?:厅|局|委|部|办|办公室|室|处|科|队|署|所|院|会|机关|联|组织|关|校|社|站|团委|部门|单位|组)$"
        ),
    ),
)


def resolve(name: str, aliases: Mapping[str, str]) -> str:
    """Give the canonical name of a printed one; a name that the table doesn't know stays as it is."""
    flat = squeeze(name)
    return aliases.get(flat, flat)


def _pieces(flat: str) -> list[str]:
    """Cut at separators outside brackets, and at 及 / 以及 / 和 where a unit ends there."""
    pieces: list[str] = []
    depth = start = 0
    same_shape = shadow(flat)
    for at, c in enumerate(same_shape):
        depth += (c == "（") - (c == "）" and depth > 0)
        if depth == 0 and c in _SPLIT_AT:
            pieces.append(flat[start:at])
            start = at + 1
    pieces.append(flat[start:])
    return [part for piece in pieces for part in _cut_at_and(piece)]


def _cut_at_and(piece: str) -> list[str]:
    if len(piece) > _LONGEST_PIECE:
        return [piece]
    for word in ("以及", "及", "和", "与"):
        at = piece.find(word, 2)
        while at > 0:
            left, right = piece[:at], piece[at + len(word) :]
            named = _TAIL.sub("", left)
            if looks_like_unit(named) and _may_follow(word, named, right):
                return [left, *_cut_at_and(right)]
            at = piece.find(word, at + 1)
    return [piece]


def _may_follow(word: str, left: str, right: str) -> bool:
    if word in {"以及", "及"}:
        return len(right) > 1
    # 和 stands inside names (发展和改革局): both sides must be whole units, and the left one a specific ending.
    return (
        len(right) > 2
        and looks_like_unit(_TAIL.sub("", right))
        and len(left) >= 3
        and left[-1] in "厅局委办处会府院队司区县市镇心门位乡校"
    )


def _joined_places(pieces: list[str]) -> list[str]:
    """Put 各县、市、区政府 together again: the head noun at the end belongs to all, the 各 before to all too."""
    joined: list[str] = []
    for piece in pieces:
        whole = piece
        shares = _SHARED_HEAD.match(shadow(piece)) is not None
        while shares and joined and (place := _SHORT_PLACE.match(shadow(joined[-1]))):
            whole, shares = f"{joined.pop()}、{whole}", place["all"] is None
        joined.append(whole)
    return joined


def _names(piece: str) -> list[str]:
    noted = _NOTE.search(shadow(piece))
    name = _NOTE.sub("", shadow(piece)) if noted and not _SIGNED.search(noted[0]) else piece
    name = _DUTY.sub("", name).strip("。.；;：:　 |·")
    name = _LEADING.sub("", name)
    if others := _AND_OTHERS.search(name):
        head = name[: others.start()]
        return [head, others["who"]] if head else [others["who"]]
    return [_TAIL.sub("", name)]
