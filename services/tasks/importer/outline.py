"""The outline of a plan: numbered items as a tree, each with its own lines, up to the back matter."""

import re
from dataclasses import dataclass, field
from itertools import takewhile

from services.tasks.importer.dates import is_timing
from services.tasks.importer.flow import Flow
from services.tasks.importer.labels import label_at_start
from services.tasks.importer.numbering import (
    CHAPTER,
    ITEM,
    Marker,
    needs_dot,
    read_bare_number,
    read_marker,
    read_ordinal,
)
from services.tasks.importer.roles import read_fields
from services.tasks.importer.soft_lines import Line
from services.tasks.importer.text import alternatives, is_open
from services.tasks.importer.units import looks_like_unit, split_units
from services.tasks.importer.vocabulary import BACK_MATTER

_BACK = re.compile(rf"^{alternatives(BACK_MATTER)}(?: *(?:\d{{1,2}}|[一二三四五六七八九十]))?(?:：|$| )")
_SIGNATURE = re.compile(
    r"^(?:20\d\d年\d{1,2}月\d{1,2}日|二〇[一二三四五六七八九〇]{2}年[一二三四五六七八九十]+月[一二三四五六七八九十]+日)$"
)
_OPEN_NOTE = re.compile(r"^（(?:此件|本件|联系人|联系电话)")
_SENTENCE_END = re.compile(r"[。；！？]")
_NOTE = re.compile(r"^(?:备注|说明|注)：")
_IN_FORCE = re.compile(
    r"^(?:以上|上述|本)[\u4e00-\u9fff]{0,8}自(?:20\d\d年|印发|发布|公布|下发)[^。；]{0,20}起(?:正式)?(?:施行|实施|执行)"
)
_CLOSED = re.compile(r"）[。；]?$")
_TAIL_LIMIT = 60
_WRAPS = 6
"""Lines; over so many at most a paragraph of that kind is wrapped."""
_AHEAD = 12
"""Lines; so far is looked for another field of the same item."""
_FAR = 60
"""Lines; the second item of a list is looked for so far behind the first."""
_FIELD_LIMIT = 2000
"""Characters; a line is not glued to a field that is longer already."""


@dataclass(slots=True)
class Node:
    """A numbered item: its marker, its own lines (number taken off the first), and what is numbered below it."""

    marker: Marker | None
    parent: "Node | None" = None
    lines: list[Line] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    fields_seen: bool = False
    out_of_order: bool = False
    prefix: str = ""
    back: bool = False
    last: int = 0

    @property
    def flow(self) -> Flow:
        """Give the item's own text, without what is numbered below it."""
        return Flow(self.lines)


@dataclass(slots=True)
class Outline:
    """A plan's tree, and the loose paragraphs that belong to no item."""

    root: Node
    loose: list[Line] = field(default_factory=list)


def build_outline(lines: list[Line]) -> Outline:
    """Hang the soft lines of one plan into a tree by their printed numbers."""
    builder = _Builder(lines)
    for at in range(len(lines)):
        builder.add(at)
    return builder.outline


class _Builder:
    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.outline = Outline(Node(None))
        self.current: Node | None = None
        self.latest: Node | None = None
        self.last: dict[int, int] = {}
        self.zone = self.outline.root

    def add(self, at: int) -> None:
        line = self.lines[at]
        if _opens_annexes(line) or (self.latest is not None and _is_signed(line, self.lines, at)):
            self.zone, self.current, self.latest = Node(None, self.outline.root, back=True), None, None
            self.last = {}
            self.outline.root.children.append(self.zone)
            return
        marker = self._marker(line, at)
        if marker is not None:
            self._open(line, marker)
        else:
            self._continue(line, at)

    def _marker(self, line: Line, at: int) -> Marker | None:
        """Give the number of an item that begins with this line."""
        marker = read_marker(line.shadow)
        if marker is not None:
            return marker if self._counts(line, marker) or self._lacks_dot(line, marker, at) else None
        ordinal = read_ordinal(line.shadow)
        if ordinal is not None:
            return ordinal if self._has_own_units(ordinal, at) else None
        bare = read_bare_number(line.shadow)
        if bare is None or not (self._follows_finished(bare) or self._begins_list(bare, at)):
            return None
        return bare

    def _has_own_units(self, marker: Marker, at: int) -> bool:
        """Say whether 第一，… (or the next after such an item) closes with its own bracket of units."""
        before = self.current.marker if self.current else None
        if marker.value != 1 and (
            before is None or (before.rank, before.value) != (marker.rank, marker.value - 1)
        ):
            return False
        end = at + 1
        while end < min(len(self.lines), at + _WRAPS) and not _CLOSED.search(self.lines[end - 1].shadow):
            if read_ordinal(self.lines[end].shadow) or read_marker(self.lines[end].shadow):
                return False
            end += 1
        flow = Flow(self.lines[at:end])
        return bool(_CLOSED.search(flow.shadow)) and bool(read_fields(flow).named)

    def _follows_finished(self, marker: Marker) -> bool:
        """Say whether a number without a dot is the next one, behind an item that has named its units."""
        if self.current is None or marker.value != self.last.get(ITEM, 0) + 1:
            return False
        return self.current.fields_seen or _CLOSED.search(self.current.lines[-1].shadow) is not None

    def _lacks_dot(self, line: Line, marker: Marker, at: int) -> bool:
        return needs_dot(line.shadow, marker) and self._begins_list(marker, at)

    def _begins_list(self, marker: Marker, at: int) -> bool:
        """Say whether a number without a dot is the first below a heading: the next one, or a 1 with a 2 to come."""
        node = self.current
        if node is None or node.marker is None or node.marker.rank >= ITEM or node.children:
            return False
        if len(node.lines) > 1 or "。" in node.lines[0].shadow.rstrip("。"):
            return False
        if marker.value != 1:
            return marker.value == self.last.get(ITEM, 0) + 1
        for line in self.lines[at + 1 : at + 1 + _FAR]:
            following = read_marker(line.shadow) or read_bare_number(line.shadow)
            if following is not None and following.rank <= ITEM:
                return (following.rank, following.value) == (ITEM, 2)
        return False

    def _counts(self, line: Line, marker: Marker) -> bool:
        """Say whether a number at the start of a line numbers an item; without a dot it needs its neighbour."""
        expected = marker.value in {1, self.last.get(marker.rank, 0) + 1}
        if needs_dot(line.shadow, marker):
            return marker.value == self.last.get(ITEM, 0) + 1
        if self.current is not None and is_open(self.current.lines[-1].shadow) and not expected:
            return False
        return expected or marker.rank != CHAPTER

    def _open(self, line: Line, marker: Marker) -> None:
        parent = self._parent(marker.rank)
        rest = line.text[marker.length :].strip()
        shape = line.shadow[marker.length :].strip()
        expected = marker.value in {1, self.last.get(marker.rank, 0) + 1}
        node = Node(
            marker, parent, [Line(rest, shape, line.number)], out_of_order=not expected, last=line.number
        )
        node.prefix, node.back = line.text[: marker.length], parent.back
        parent.children.append(node)
        self.last[marker.rank] = marker.value
        self.current = self.latest = node

    def _parent(self, rank: int) -> Node:
        node = self.current or self.latest or self.zone
        while node.marker is not None and node.marker.rank >= rank:
            node = node.parent or self.zone
        return node

    def _continue(self, line: Line, at: int) -> None:
        node = self.current
        if node is None:
            self.outline.loose.append(line)
            return
        if _ends_items(line, node):
            self.outline.loose.append(line)
            self.current = None
            return
        is_field = _is_field(line) and not is_open(node.lines[-1].shadow)
        if not is_field and node.fields_seen and not self._is_value(node, line):
            last = node.lines[-1]
            if self._continues_field(last, line):
                node.lines[-1] = Line(last.text + line.text, last.shadow + line.shadow, last.number)
                node.last = line.number
                return
            if _has_body(node) and not self._field_follows(at):
                self.outline.loose.append(line)
                self.current = None
                return
        node.lines.append(line)
        node.last = line.number
        node.fields_seen = node.fields_seen or is_field

    def _field_follows(self, at: int) -> bool:
        """Say whether prose behind fields goes on to more fields of the same item."""
        for line in self.lines[at + 1 : at + 1 + _AHEAD]:
            if read_marker(line.shadow) is not None or _opens_annexes(line):
                return False
            if _is_field(line):
                return True
        return False

    def _is_value(self, node: Node, line: Line) -> bool:
        """Say whether a line is a value on its own line, below its label or below another value."""
        last = node.lines[-1]
        label = label_at_start(last.shadow)
        if label is not None:
            return not last.shadow[label.end :].strip()
        return is_timing(line.text) or all(map(looks_like_unit, split_units(line.text)))

    def _continues_field(self, field_line: Line, line: Line) -> bool:
        """Say whether a line goes on with the unit list of the field line above it."""
        if len(field_line.text) > _FIELD_LIMIT:
            return False
        if len(line.text) > _TAIL_LIMIT or _SENTENCE_END.search(line.shadow.rstrip("。；）")):
            return is_open(field_line.shadow) and len(line.text) <= 5 * _TAIL_LIMIT
        if (
            is_open(field_line.shadow)
            or field_line.shadow.endswith(("、", "，"))
            or line.shadow.startswith(("、", "，"))
        ):
            return True
        names, rest = split_units(field_line.text), split_units(line.text)
        if not names or not rest:
            return False
        joined = f"{names[-1].split('：')[-1]}{rest[0]}"
        return looks_like_unit(joined) and all(map(looks_like_unit, rest))


def _is_field(line: Line) -> bool:
    """Say whether a line is a field; a bracket of fields may stand in the midst of an item and closes nothing."""
    label = label_at_start(line.shadow)
    return label is not None and (label.bracketed or label.start == 0)


def _ends_items(line: Line, node: Node) -> bool:
    """Say whether a line is a note below the fields of the last item, or says from when the whole is in force."""
    if is_open(node.lines[-1].shadow):
        return False
    return bool(node.fields_seen and _NOTE.match(line.shadow)) or bool(_IN_FORCE.match(line.shadow))


def _has_body(node: Node) -> bool:
    """Say whether whole sentences stand before the fields of an item."""
    before = takewhile(lambda line: label_at_start(line.shadow) is None, node.lines)
    return any("。" in line.shadow for line in before)


def _opens_annexes(line: Line) -> bool:
    return _BACK.match(line.shadow) is not None


def _is_signed(line: Line, lines: list[Line], at: int) -> bool:
    """Say whether a line is the date of signing, a note below it, or the name of the issuer above it."""
    if _OPEN_NOTE.match(line.shadow) or _SIGNATURE.match(line.shadow.replace(" ", "")):
        return True
    following = lines[at + 1].shadow.replace(" ", "") if at + 1 < len(lines) else ""
    return (
        bool(_SIGNATURE.match(following)) and len(line.text) <= 40 and not _SENTENCE_END.search(line.shadow)
    )
