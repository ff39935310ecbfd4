"""The planted cases: rectifications that people work on over the inner API, and services with hand-counted limits."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx

from shared.principal import Principal
from tests.drill.feeds.house import SCOPES, House
from tests.tasks.factories import A, B, C, unit_id
from tests.tasks.rectifications import made, oracle
from tests.tasks.rectifications.made import CODES, VERDICTS

SOURCE, YEAR = "planted", 2023
SERVICES = Path(__file__).with_name("planted_services.txt")
RAW = oracle.read((Path(oracle.__file__).with_name("planted.txt")).read_text("utf-8"))
UNITS, REGIONS = {"A": A, "B": B, "C": C}, {"": "610481", "6105": "610500"}
OFFICE = Principal(id="office", role="supervisor", scopes=SCOPES)
Record = dict[str, Any]


def rating_id(name: str) -> str:
    """Give the id of the first rating of a case."""
    return f"{SOURCE}.{name}.1"


def codes() -> dict[str, str]:
    """Give the codes of the units that the list of cases names by letters."""
    return {letter: CODES[name] for letter, name in UNITS.items()}


def deeds() -> list[tuple[datetime, str, int, str, str, str]]:
    """Give all deeds in the order of time: when, which case, which of its deeds, word, argument, person."""
    every = [
        (one[0], name, number, *one[1:]) for name, ones in RAW.items() for number, one in enumerate(ones)
    ]
    return sorted(every, key=lambda one: one[:3])


@dataclass
class Office:
    """Those who work on the planted cases.

    Attributes:
        refused: By case, which of its deeds were refused.
    """

    house: House
    refused: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def prepare(self) -> None:
        """Set the rules of a place and order the merger of B into C."""
        rules = {"region": "6105", "reason": "本地规定", "general": 3, "complex": 10, "sample_percent": 100}
        self._call("PUT", "/rectification-rules", OFFICE, rules).raise_for_status()
        merger = {"kind": "merge", "to": unit_id(C), "effective_on": "2023-07-01", "reason": "机构改革"}
        self._call("POST", f"/units/{unit_id(B)}/changes", OFFICE, merger).raise_for_status()

    def rating(self, at: datetime, name: str, word: str, argument: str) -> Record:
        """Write the rating that a deed is."""
        first = next(one for one in RAW[name] if one[1] == "rate")
        code, how = first[2].split(" ")
        named, _, place = how.partition(":")
        named = argument if word == "again" else named
        return {
            "project_no": name,
            "service_number": 1,
            "assessment_number": 2 if word == "again" else 1,
            "unit_code": CODES.get(UNITS.get(code, ""), "nobody"),
            "region_code": REGIONS[place],
            "item_code": "11610000000000001X1610101001000",
            "channel": "4",
            "window": "A01",
            "satisfaction": "1",
            "reasons": ["114"],
            "is_named": named == "named",
            "rated_at": f"{at.isoformat()}+08:00",
        }

    def do(self, name: str, number: int, said: tuple[datetime, str, str, str]) -> None:
        """Make a step; one that is refused is noted."""
        at, word, argument, person = said
        if word == "extend":
            task = self._task(name)
            body = {"wanted_on": f"{YEAR}-{argument}", "reason": "设备", "clock": "rectify"}
            self._call("POST", f"/tasks/{task}/extensions", OFFICE, body).raise_for_status()
            decision = f"/tasks/{task}/extensions/1/decision"
            answer = self._call("POST", decision, OFFICE, {"grant": True})
        elif word == "assign":
            units = [{"role": "lead", "unit_id": unit_id(UNITS[argument])}]
            moved: Record = {"move": "reassign", "reason": "说明", "units": units}
            answer = self._call("POST", f"/tasks/{self._task(name)}/moves", OFFICE, moved)
        else:
            answer = self._step(name, word, argument, (person, at.date()))
        if not answer.is_success:
            assert answer.status_code in {403, 409, 422}, answer.text
            self.refused[name].append(number)

    def _step(self, name: str, word: str, argument: str, who_when: tuple[str, date]) -> httpx.Response:
        person, today = who_when
        method, path, body = _request(word, argument, today)
        who = self._who(name, word, person)
        return self._call(method, f"/rectifications/{self._task(name)}/{path}", who, body)

    def _who(self, name: str, word: str, person: str) -> Principal:
        usual = {"upheld": "decide", "dismissed": "decide", "missed": "call", "reached": "call"}.get(
            word, word
        )
        if not person and made.USUAL[usual].role == "unit_lead":
            query = "SELECT coalesce(answering_unit, '') FROM task WHERE id = ?"
            ((unit,),) = self.house.rows("tasks", query, self._task(name))
            return _principal("head", "unit_lead", unit or unit_id(A))
        named = {one.id: one for one in (made.ANNA, made.BEN, made.CLEO, made.DORA, made.EMIL, made.INSIDER)}
        actor = named.get(person) or made.USUAL[usual]
        return _principal(actor.id, actor.role, actor.unit or "")

    def _task(self, name: str) -> str:
        query = "SELECT task_id FROM rectification_rating WHERE rating_id = ?"
        return str(self.house.rows("tasks", query, rating_id(name))[0][0])

    def _call(self, method: str, path: str, who: Principal, body: Mapping[str, Any]) -> httpx.Response:
        return self.house.call("tasks", method, path, who, body)

    def seen(self, name: str) -> oracle.Facts:
        """Say what came of a case, in the words of the oracle."""
        query = """SELECT r.stage, r.verdict, r.stands, r.late, t.level, r.round, r.grade, r.call_back
            FROM rectification r JOIN task t ON t.id = r.task_id WHERE r.task_id = ?"""
        names = ("stage", "verdict", "stands", "late", "level", "round", "grade", "owed")
        row = dict(zip(names, self.house.rows("tasks", query, self._task(name))[0], strict=True))
        for flag in ("stands", "owed"):
            row[flag] = bool(row[flag])
        row["late"] = None if row["late"] is None else bool(row["late"])
        row["stage"] = {"first_review": "first", "second_review": "second"}.get(row["stage"], row["stage"])
        return row | {"refused": self.refused[name]}


def _principal(who: str, role: str, unit: str) -> Principal:
    return Principal(id=who, role=role, unit=unit, scopes=SCOPES)


def _request(word: str, argument: str, today: date) -> tuple[str, str, Record]:
    """Turn a word of the list into a request."""
    reason = {"reason": "已核实"}
    if word in VERDICTS:
        return "POST", "verdict", reason | {"verdict": VERDICTS[word], "grade": argument or None}
    call = {"reached": word == "reached", "level": int(argument) if argument.isdecimal() else None}
    ledger = {"measures": "优化流程", "owner": "窗口负责人", "due_on": today.isoformat()}
    requests: dict[str, tuple[str, str, Record]] = {
        **dict.fromkeys(("support", "confirm", "refuse"), ("POST", "review", reason | {"step": word})),
        "appeal": ("POST", "appeal", reason | {"side": "unit"}),
        "protest": ("POST", "appeal", reason | {"side": "rater"}),
        **dict.fromkeys(
            ("upheld", "dismissed"), ("POST", "appeal/decision", reason | {"upheld": word == "upheld"})
        ),
        "ledger": ("PUT", "ledger", ledger),
        "rectify": ("POST", "remedy", {"mode": argument or "at_once", "done": "已当场整改"}),
        "reply": ("POST", "reply", {"reply": "已向您说明"}),
        **dict.fromkeys(("reached", "missed"), ("POST", "call-backs", call)),
        "close": ("POST", "closing", reason),
        "reopen": ("POST", "reopening", reason),
    }
    return requests[word]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a person counted by hand of a planted service: its last day, none while it is paused, and what it is."""

    due: date | None
    said: str


def services() -> Iterator[tuple[str, list[Record], Counted]]:
    """Read the planted services: project, records, and what was counted by hand."""
    for line in SERVICES.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        told, _, counted = line.partition(" = ")
        name, _, rest = told.partition(": ")
        begin, *more = rest.split("; ")
        day, time, unit, amount = begin.split(" ")
        first = {
            "project_no": name,
            "unit_code": CODES[A],
            "item_code": "S1",
            "item_type": "01",
            "place": "offline",
        }
        promise: Record = (
            {"kind": "promised", "promised": int(amount), "promised_unit": unit} if unit[-1] == "s" else {}
        )
        promise = {"kind": "promised", "due_on": f"{YEAR}-{amount}"} if unit == "due" else promise
        records = [first | {"accepted_at": _at(day, time)} | (promise or {"kind": "instant"})]
        records += [_more(name, *one.split(" ")) for one in more]
        last, said = counted.split(" ")
        year = YEAR + 1 if name == "s17" else YEAR
        yield name, records, Counted(None if last == "none" else date.fromisoformat(f"{year}-{last}"), said)


def _at(day: str, time: str) -> str:
    return f"{YEAR}-{day}T{time}:00+08:00"


def _more(name: str, word: str, day: str, time: str) -> Record:
    at = _at(day, time)
    said: dict[str, Record] = {
        "pause": {"number": 1, "paused_at": at, "reason": "special_procedure"},
        "resume": {"number": 1, "resumed_at": at},
        "done": {"completed_at": at},
    }
    return {"project_no": name} | said[word]
