"""What the played year comes to in indicators, scores and lists, as the inner API of metrics says it.

Periods are closed at the end of the play, one unit appeals and is heard, then the window for appeals passes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from shared.clock import SHANGHAI
from shared.principal import Principal
from tests.drill.feeds.house import House

SCHEME, YEARLY = "three-years", "drill-year"
PERIODS = ("2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2023")
FEEDS = ("ratings", "hotline", "supervision", "deadlines")
LISTS = ("red", "black", "notice", "award")
SCOPES = frozenset({"indicators:read", "assessment:write", "tasks:write"})
OFFICE, LEADER = (Principal(id=name, role=name, scopes=SCOPES) for name in ("supervisor", "leader"))
OBSERVED = tuple(date(2023, month, 20) for month in (3, 6, 9, 12))
WINDOW = timedelta(
    days=12
)  # Longer than five working days after the closing, with the days off of a new year.
INSTANTS = tuple(
    datetime.fromisoformat(f"2023-{day}+08:00") for day in ("05-10T12:00", "07-05T23:30", "10-31T10:00")
)
COUNTS = ("tasks.overdue", "tasks.late", "tasks.returned", "tasks.extended")
SHARES = ("tasks.on_time", "tasks.on_time_original", "tasks.completed", "goals.progress")
Json = Mapping[str, Any]
Judged = tuple[date, str, str, str]  # Day, judge, unit, points.


def judged(units: Sequence[str]) -> list[Judged]:
    """Give the scores of six judges on four days; of every fifth unit only four judges have one."""
    return [
        (day, f"judge{judge}", unit, f"{62 + (7 * place + 11 * judge + day.month) % 38}.{judge}5")
        for day in OBSERVED
        for place, unit in enumerate(units)
        for judge in range(4 if place % 5 == 4 else 6)
    ]


def yearly() -> Json:
    """Write a scheme of the year: the mean of its quarters, and every measure of tasks beside it, without weight."""
    curve = {"kind": "linear", "nothing_at": "0", "full_at": "100"}
    quarters = {"kind": "quarters", "scheme": SCHEME, "quarters": 3}
    parts: list[Json] = [
        {"code": "quarters", "name": "季度", "weight": "100", "source": quarters, "curve": curve}
    ]
    parts += [
        {
            "code": name,
            "name": name,
            "weight": "0",
            "source": {"kind": "measure", "measure": name},
            "curve": curve,
        }
        for name in (*COUNTS, *SHARES)
    ]
    classes = [{"code": "departments", "name": "部门", "kinds": ["department"]}]
    said = {"scheme": YEARLY, "name": "年总评", "basis": "演练", "kinds": ["year"], "parts": parts}
    return said | {"classes": classes}


@dataclass
class Assessed:
    """What was seen.

    Attributes:
        indicators: By instant, the last one being the end of the play, all that are shown.
        scores: By period and run: the list of scores, and the lines of each unit.
        exempted: By unit: subjects with the number of their approval.
        appeal: Unit, period and subject of the appeal, its number, and the run that it came to.
        lists: By period and code.
    """

    indicators: dict[str, list[Json]] = field(default_factory=dict)
    scores: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    exempted: dict[str, dict[str, str]] = field(default_factory=dict)
    appeal: dict[str, Any] = field(default_factory=dict)
    lists: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    def look(self, house: House, units: Sequence[str], exempted: Mapping[str, str]) -> None:
        """Ask for the indicators, then assess all periods; `exempted` are cases by the unit whose they are."""
        ends = house.clock.now()
        for instant in (*INSTANTS, ends):
            asked = {} if instant == ends else {"as_of": instant.isoformat()}
            said = house.ask("metrics", "/indicators", OFFICE, kind="all", **asked)
            self.indicators[instant.astimezone(SHANGHAI).isoformat()] = said["items"]
        self._before(house, units, exempted)
        for label in PERIODS:
            self._close(house, label)
        self._appeal(house)
        house.clock.move(ends + WINDOW)
        for label in PERIODS:
            _post(house, f"/periods/{SCHEME}.{label}/final")
            self._draw(house, label)
        _put(house, f"/schemes/{YEARLY}", {"content": yearly(), "valid_from": "2023", "why": "年总评"})
        _post(house, "/periods", {"scheme": YEARLY, "period": "2023"})
        run = _post(house, f"/periods/{YEARLY}.2023/preview")["run"]
        self._scores(house, f"{YEARLY}.2023", run)

    def _before(self, house: House, units: Sequence[str], exempted: Mapping[str, str]) -> None:
        """Let judges score and exemptions be approved."""
        scores = [
            {"day": str(day), "judge": judge, "unit": unit, "points": points}
            for day, judge, unit, points in judged(units)
        ]
        _post(house, "/observations", {"scores": scores})
        for subject, unit in exempted.items():
            body = {"unit": unit, "subject": subject, "reason": "reform", "text": "改革探索"}
            name = _post(house, "/exemptions", body)["id"]
            approved = {"approved": True, "why": "研究决定"}
            _post(house, f"/exemptions/{name}/decision", approved, who=LEADER)
            self.exempted.setdefault(unit, {})[subject] = name

    def _close(self, house: House, label: str) -> None:
        name = f"{SCHEME}.{label}"
        _post(house, "/periods", {"scheme": SCHEME, "period": label})
        _post(house, f"/periods/{name}/preview")
        house.settle("metrics", *FEEDS)
        self._scores(house, name, _post(house, f"/periods/{name}/closing")["run"])

    def _scores(self, house: House, name: str, run: int) -> None:
        path = f"/assessment/periods/{name}/scores"
        listed = house.ask("metrics", path, OFFICE, run=str(run))["items"]
        told = {
            one["unit"]: house.ask("metrics", f"{path}/{one['unit']}", OFFICE, run=str(run)) for one in listed
        }
        self.scores[name, run] = {
            unit: {**said["score"], "lines": said["lines"]} for unit, said in told.items()
        }

    def _appeal(self, house: House) -> None:
        """Let a unit appeal against a late case of its year, and uphold it."""
        period = f"{SCHEME}.{PERIODS[-1]}"
        scored = max(run for name, run in self.scores if name == period)
        late = {
            unit: next((line["cases"] for line in one["lines"] if line["code"] == "late"), 0)
            for unit, one in self.scores[period, scored].items()
        }
        unit = min(unit for unit, count in late.items() if count > 1)
        path = f"/assessment/periods/{period}/scores/{unit}/lines/late/rows"
        rows = house.ask("metrics", path, OFFICE, part="denominator")["items"]
        subject = min(row["subject"] for row in rows if row["part"] == "denominator")
        body = {"period": period, "line": "late", "subjects": [subject], "text": "该事项已批准延期"}
        head = Principal(id="head", role="unit_lead", unit=unit, scopes=SCOPES)
        name = _post(house, "/appeals", body, who=head)["id"]
        run = _post(house, f"/appeals/{name}/decision", {"upheld": True, "why": "属实"})["run"]
        self.appeal = {"unit": unit, "period": period, "subject": subject, "name": name, "run": run}
        self._scores(house, period, run)

    def _draw(self, house: House, label: str) -> None:
        for code in LISTS:
            name = _post(house, "/lists", {"period": f"{SCHEME}.{label}", "code": code})["id"]
            _post(house, f"/lists/{name}/release", {"post": "管委会主任"}, who=LEADER)
        shown = house.ask("metrics", "/assessment/lists", OFFICE, period=f"{SCHEME}.{label}")["items"]
        self.lists |= {(label, one["code"]): one["entries"] for one in shown}


def _post(house: House, path: str, body: Json | None = None, *, who: Principal = OFFICE) -> Any:  # noqa: ANN401 - JSON.
    return _said(house, "POST", path, (who, body or {}))


def _put(house: House, path: str, body: Json) -> Any:  # noqa: ANN401 - JSON.
    return _said(house, "PUT", path, (OFFICE, body))


def _said(house: House, method: str, path: str, said: tuple[Principal, Json]) -> Any:  # noqa: ANN401 - JSON.
    answer = house.call("metrics", method, f"/assessment{path}", *said)
    assert answer.is_success, f"{path}: {answer.text}"
    return answer.json()
