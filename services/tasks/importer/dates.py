"""Dates as plans print them: the last day that is meant, and whether the words leave a doubt."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.tasks.importer.text import shadow, squeeze

_YEAR = r"(?P<year>20\d\d年度?|今年|本年度?|当年|明年|次年|后年|去年)?"
_DATE = re.compile(
    rf"(?<![\d.年]){_YEAR}(?:末|底前的)?(?P<month>1[0-2]|0?[1-9])月份?"
    r"(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]|(?P<part>上旬|中旬|下旬|月初|月中|月底|初|中|底|末))?(?P<before>之前|以前|前|以内|内)?"
)
_ISO = re.compile(
    r"(?<![\d.])(?P<y>20\d\d)[-./](?P<m>1[0-2]|0?[1-9])(?:[-./](?P<d>3[01]|[12]\d|0?[1-9]))?(?![\d])"
)
_YEAR_END = re.compile(rf"{_YEAR}(?:年底|年末|岁末|底|末)(?P<before>之前|以前|前)?")
_QUARTER = re.compile(rf"{_YEAR}第?(?P<quarter>[一二三四1-4])季度(?:末|底|内)?(?P<before>之前|以前|前|内)?")
_HALF = re.compile(rf"{_YEAR}(?P<half>上|下)半年(?:末|底|内)?(?P<before>之前|以前|前|内)?")
_NO_MONTH_WORD = re.compile(rf"{_YEAR}(?P<month>1[0-2]|[1-9])(?P<before>前)(?!\d)")
_WITHIN_YEAR = re.compile(
    r"(?:(?P<year>20\d\d年度?|今年|本年度?|当年|明年)|(?<![\d一二两三四五六七八九十几近每多])年)以?内(?P<before>)"
)
_WHOLE_YEAR = re.compile(
    r"(?P<year>20\d\d年度?|今年|本年度?|当年|明年|次年)(?:内|全年|以内|之内|前)?|全年|年内|年度内|本年度"
)

_RECURRING = re.compile(r"每年|每月|每季|每半年|逐年|每周|每日|每天|按月|按季|年度前")
_HEDGED = re.compile(r"原则上|一般(?:应|在)?|视情|适时")
_PAST = re.compile(r"截至|截止|以来|此前|已(?:经)?(?:完成|实现|建成|达到)|上年|去年")
_ONGOING = re.compile(r"持续|长期|常态|常年|贯穿|不断|始终|日常")
_CLAUSE = re.compile(r"[，；。,;\n]")
_SENTENCE = re.compile(r"[。；\n]")
_QUOTED = re.compile(r"《[^》]{0,200}》")
_FINISH = re.compile(
    r"[^，；。]{0,10}?(?:完成|建成|竣工|投用|投产|启用|投入(?:使用|运营|运行)|出台|印发|上线|报审|开工|开通|通车|交付)"
)
"""What makes a plain month, quarter, half year or 年内 in running text a limit (7月份开工)."""
_STAGE = re.compile(r"取得(?:阶段性)?(?:明显)?(?:成果|成效|进展)")
_PART_DAYS = {"上旬": 10, "中旬": 20, "初": 10, "月初": 10, "中": 20, "月中": 20}


@dataclass(frozen=True, slots=True)
class DateHit:
    """A date in a text: `firm` means that the words set a limit, `doubt` why the reading is not sure."""

    start: int
    end: int
    day: date
    firm: bool
    year_only: bool = False
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a deadline says: its day, its words, and what goes on after it."""

    raw: str
    day: date | None
    ongoing: bool
    follow_up: str | None = None
    stage_note: str | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The year that a date without a year means (None: nobody can say), and the day the document was issued."""

    year: int | None
    issued: date | None = None

    def resolve(self, printed: str | None, last: int | None) -> int | None:
        """Give the year of a printed word (2024年, 明年); without a word the last year named, or the plan's."""
        if not printed:
            return last or self.year
        if printed[0] == "2":
            return int(printed[:4])
        written = self.issued.year if self.issued else self.year
        shift = {"明年": 1, "次年": 1, "后年": 2, "去年": -1}.get(printed, 0)
        return written + shift if written is not None else None


def find_dates(text: str, calendar: Calendar, *, whole_years: bool = False) -> list[DateHit]:
    """Find the dates of a text without white space, in order; one that begins inside another is dropped."""
    found = sorted(
        _matches(text, whole_years=whole_years), key=lambda item: (item[1].start(), -item[1].end())
    )
    hits: list[DateHit] = []
    last_year: int | None = None
    for kind, match in found:
        if hits and match.start() < hits[-1].end:
            continue
        if hit := _hit(kind, match, calendar, last_year):
            hits.append(hit)
            last_year = hit.day.year
    return hits


def read_deadline(raw: str, calendar: Calendar) -> Deadline:
    """Read the value of a deadline field: the latest day named, what goes on, what follows in a later year."""
    flat = squeeze(shadow(raw))
    follow_up: str | None = None
    dated: list[DateHit] = []
    for clause in filter(None, _CLAUSE.split(flat)):
        hits = find_dates(clause, _within(calendar, dated), whole_years=True)
        if (
            hits
            and all(hit.year_only for hit in hits)
            and _ONGOING.search(clause)
            and (dated or "全年" not in clause)
        ):
            follow_up = clause
        else:
            dated += hits
    day = max((hit.day for hit in dated), default=None)
    stage = _STAGE.search(flat)
    rest = flat.replace(follow_up, "") if follow_up else flat
    return Deadline(
        raw=raw.strip(),
        day=day,
        ongoing=bool(_ONGOING.search(rest)),
        follow_up=follow_up,
        stage_note=stage[0] if stage else None,
        doubt=next((hit.doubt for hit in dated if hit.doubt), None),
    )


def is_bare_deadline(text: str, calendar: Calendar) -> bool:
    """Say whether a text is a date and nothing more (7月中旬前, 2023年6月底前完成, 12月底前持续推进)."""
    flat = squeeze(shadow(text))
    hits = find_dates(flat, calendar)
    if not hits or len(flat) > 40:
        return False
    covered = "".join(flat[a.end : b.start] for a, b in pairwise(hits))
    rest = flat[: hits[0].start] + covered + flat[hits[-1].end :]
    return bool(_FILLING.fullmatch(rest))


def is_timing(text: str) -> bool:
    """Say whether a text says when and nothing more: a bare date, or that it goes on (持续推进)."""
    flat = squeeze(shadow(text)).strip("。；")
    return bool(_STANDING.fullmatch(flat)) or is_bare_deadline(flat, Calendar(2000))


def heading_timing(title: str) -> str | None:
    """Give the deadline that a heading is made of (6月底前完成的任务, 需长期坚持的工作, 10月底前)."""
    found = _GROUP.fullmatch(squeeze(shadow(title)))
    when = _OUGHT.sub("", found["when"]) if found else ""
    return when if is_timing(when) else None


_GROUP = re.compile(
    r"(?P<when>.{2,30}?)的?(?:各项)?(?:重点|主要)?(?:工作|任务|事项|项目|举措|措施|内容){0,2}(?:清单)?"
)
_OUGHT = re.compile(r"需要?|必?须|应当?|要")
_STANDING = re.compile(
    r"(?:持续|长期|常态化?|常年|全年)(?:推进|坚持|实施|开展|落实|抓好|深化|推动)?|贯穿全年|即日起|立即(?:实施|启动)"
)
_FILLING = re.compile(
    r"(?:完成|启动|持续推进|长期坚持|持续开展|取得阶段性(?:成果|成效|进展)|至|到|-|起|开始|前|止|于|在|力争|务必|确保|结束|实施|推进|"
    r"完成时限|时限|时间|：|，|、|自|从|底|印发|报送|并|并长期坚持|基本|全面)*"
)


def deadline_in_text(text: str, calendar: Calendar) -> Deadline | None:
    """Find the latest firm date of running text; recurring, hedged, past and quoted dates are none."""
    flat = _QUOTED.sub("", squeeze(shadow(text)) if "\n" not in text else shadow(text).replace(" ", ""))
    best: DateHit | None = None
    raw: list[str] = []
    for sentence in _SENTENCE.split(flat.replace("\n", "")):
        recurring = _RECURRING.search(sentence)
        for hit in find_dates(sentence, calendar):
            lead_in = sentence[max(0, hit.start - 12) : hit.start]
            if recurring and recurring.start() < hit.end:
                break  # 每年6月底前 comes back; 6月底前，更新频率提升至每日 doesn't.
            firm = hit.firm or _FINISH.match(sentence, hit.end)
            if not firm or _HEDGED.search(lead_in) or _PAST.search(lead_in) or _is_past(hit, calendar):
                continue
            raw.append(sentence[hit.start : hit.end])
            if best is None or hit.day > best.day:
                best = hit
    return Deadline(raw="；".join(raw), day=best.day, ongoing=False, doubt=best.doubt) if best else None


def _is_past(hit: DateHit, calendar: Calendar) -> bool:
    return calendar.issued is not None and hit.day < calendar.issued


def _within(calendar: Calendar, dated: list[DateHit]) -> Calendar:
    return Calendar(dated[-1].day.year, calendar.issued) if dated else calendar


_PATTERNS = (
    ("iso", _ISO),
    ("date", _DATE),
    ("quarter", _QUARTER),
    ("half", _HALF),
    ("within", _WITHIN_YEAR),
    ("end", _YEAR_END),
    ("bare", _NO_MONTH_WORD),
)


def _matches(text: str, *, whole_years: bool) -> list[tuple[str, re.Match[str]]]:
    patterns = (*_PATTERNS, ("year", _WHOLE_YEAR)) if whole_years else _PATTERNS
    found = [(kind, match) for kind, pattern in patterns for match in pattern.finditer(text)]
    return [(kind, match) for kind, match in found if kind not in {"end", "bare"} or _has_year(match)]


def _has_year(match: re.Match[str]) -> bool:
    """A bare 底 or 10前 is a date only behind a year; 年底 stands alone."""
    return bool(match["year"]) or match[0].startswith(("年底", "年末", "岁末"))


def _hit(kind: str, match: re.Match[str], calendar: Calendar, last: int | None) -> DateHit | None:
    if kind == "iso":
        return _iso(match)
    year = calendar.resolve(match["year"], last)
    if year is None:
        return None
    if kind == "year":
        return DateHit(match.start(), match.end(), date(year, 12, 31), firm=False, year_only=True)
    before = bool(match["before"])
    if kind == "date":
        return _month_date(match, year)
    month = {"quarter": _quarter_month, "half": _half_month, "bare": _bare_month}.get(kind, _december)(match)
    doubt = "日期写作“" + match[0] + "”，缺“月底”字样" if kind == "bare" else None
    return DateHit(match.start(), match.end(), _last_day(year, month), firm=before, doubt=doubt)


def _iso(match: re.Match[str]) -> DateHit | None:
    year, month = int(match["y"]), int(match["m"])
    if match["d"] is None:
        return DateHit(match.start(), match.end(), _last_day(year, month), firm=False)
    if int(match["d"]) > monthrange(year, month)[1]:
        return None
    return DateHit(match.start(), match.end(), date(year, month, int(match["d"])), firm=False)


def _month_date(match: re.Match[str], year: int) -> DateHit | None:
    month, last = int(match["month"]), monthrange(year, int(match["month"]))[1]
    part, before = match["part"], bool(match["before"])
    day = int(match["day"]) if match["day"] else _PART_DAYS.get(part or "", last)
    if day > last:
        return None
    firm = before or (part is not None and part.endswith(("旬", "底", "末")))
    return DateHit(match.start(), match.end(), date(year, month, day), firm=firm, doubt=_month_doubt(match))


def _month_doubt(match: re.Match[str]) -> str | None:
    if match["part"] in {"初", "月初"}:
        return f"“{match[0]}”按10日计"
    if match["part"] in {"中", "月中"}:
        return f"“{match[0]}”按20日计"
    if match["before"] and not match["part"] and not match["day"]:
        return f"“{match[0]}”按该月最后一日计"
    return None


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _quarter_month(match: re.Match[str]) -> int:
    return 3 * ("一二三四".find(match["quarter"]) + 1 or int(match["quarter"]))


def _half_month(match: re.Match[str]) -> int:
    return 6 if match["half"] == "上" else 12


def _bare_month(match: re.Match[str]) -> int:
    return int(match["month"])


def _december(_match: re.Match[str]) -> int:
    return 12
