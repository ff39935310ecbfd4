"""What must come of the planted cases, said by a short script that reads the raw list alone and no code of ours.

It knows the rules as they are written down (51号 and the defaults of the product), in its own words: one dictionary for
a case, one branch for a word. `chinese_calendar` says which days are worked.
"""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar

Facts = dict[str, Any]
LIMITS = {"": {"simple": 1, "general": 5, "complex": 15}, "6105": {"simple": 1, "general": 3, "complex": 10}}
SHARE = {"": 20, "6105": 100}
MERGER, UP = datetime.fromisoformat("2023-07-01T00:00"), ["normal", "important", "urgent"]
INVALID = {"malicious", "mistaken"}


def read(text: str) -> dict[str, list[tuple[datetime, str, str, str]]]:
    """Read the list: by case (when, word, argument, person)."""
    found: dict[str, list[tuple[datetime, str, str, str]]] = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, _, deeds = line.partition(": ")
        for deed in deeds.split("; "):
            day, time, said = deed.split(" ", 2)
            said, _, person = said.partition("@")
            word, _, argument = said.partition(":")
            found.setdefault(name, []).append(
                (datetime.fromisoformat(f"2023-{day}T{time}"), word, argument, person)
            )
    return found


def worked(day: date) -> date:
    while not chinese_calendar.is_workday(day):
        day += timedelta(1)
    return day


def workdays_after(day: date, count: int) -> date:
    for _ in range(count):
        day = worked(day + timedelta(1))
    return day


def sampled(rating: str, share: int) -> bool:
    return int(hashlib.sha256(rating.encode()).hexdigest()[:8], 16) / 2**32 < share / 100


def expect(name: str, deeds: list[tuple[datetime, str, str, str]]) -> Facts:
    """Say what comes of one case, and which of its deeds are refused."""
    case: Facts = {"name": name, "refused": []}
    for number, (at, word, argument, person) in enumerate(deeds):
        before = dict(case)
        if "unit" in case and case["unit"] == "B" and at >= MERGER and case["stage"] != "closed":
            case["unit"] = "C"
        try:
            deed(case, at, word, argument, person)
        except PermissionError:
            case = before | {"refused": [*before["refused"], number]}
    return case


def want(holds: object) -> None:
    """Refuse what must not be."""
    if not holds:
        raise PermissionError


def deed(c: Facts, at: datetime, word: str, arg: str, person: str) -> None:
    today = at.date()
    if word == "rate":
        code, how = arg.split(" ")
        how, _, c["place"] = how.partition(":")
        unit = {"A": "A", "B": "B" if at < MERGER else "C", "X": None}[code]
        c |= {
            "unit": unit,
            "stage": "verify",
            "verdict": None,
            "stands": True,
            "late": None,
            "level": "normal",
        }
        c |= {"round": 1, "grade": "general", "rated": unit, "outside": None, "ledger": False, "calls": []}
        c |= {"refusal": False, "appealed": False, "voice": None, "first": None, "judges": [], "since": None}
        c["owed"] = how == "named" or sampled(c["name"], SHARE[c["place"]])
        start(c, today)
    elif word == "assign":
        want(c["unit"] is None)
        c["unit"] = arg
        start(c, today)
    else:
        want(c["unit"] is not None)
        verifying(c, at, word, arg, person) if word in VERIFYING else ending(c, at, word, arg, person)


def start(c: Facts, day: date) -> None:
    c["start"] = day
    c["first_due"] = c["due"] = workdays_after(day, LIMITS[c["place"]][c["grade"]])


def classify(c: Facts, grade: str) -> None:
    more = c["due"] - c["first_due"]
    c["grade"] = grade
    c["first_due"] = workdays_after(c["start"], LIMITS[c["place"]][grade])
    c["due"] = worked(c["first_due"] + more)


def away(c: Facts, today: date) -> None:
    """Let the clock go on: the 工作日 with the office are added to its own."""
    days = (c["since"] + timedelta(number) for number in range(1, (today - c["since"]).days + 1))
    c["due"], c["since"] = workdays_after(c["due"], sum(map(chinese_calendar.is_workday, days))), None


def again(c: Facts, today: date, *, up: bool) -> None:
    c["round"] += 1
    c["level"] = UP[min(UP.index(c["level"]) + 1, 2)] if up else c["level"]
    c |= {
        "calls": [],
        "late": None,
        "ledger": False,
        "since": None,
        "judges": [],
        "first": None,
        "voice": None,
    }
    c |= {"refusal": False, "appealed": False}
    c["stage"] = "rectify" if c["verdict"] == "founded" else "verify"
    start(c, today)


VERIFYING = {
    *("found", "explain", "malicious", "mistaken", "support", "confirm", "refuse"),
    *("appeal", "protest", "upheld", "dismissed"),
}


def verifying(c: Facts, at: datetime, word: str, arg: str, person: str) -> None:  # noqa: C901, PLR0915 - one list.
    today = at.date()
    if word in {"found", "explain"}:
        want(c["stage"] == "verify")
        if arg:
            classify(c, arg)
        c |= {"verdict": "founded" if word == "found" else "unreasonable", "stands": True, "refusal": False}
        c["stage"] = "rectify" if word == "found" else "reply"
    elif word in INVALID:
        want(c["stage"] == "verify" and not ((c["refusal"] or c["appealed"]) and not person))
        c |= {"asked": word, "since": today, "judges": [person] if person else [], "first": person or None}
        c |= {"voice": None if person else "unit", "stage": "second" if person else "first"}
    elif word in {"support", "confirm", "refuse"}:
        stages = {"support": ["first"], "confirm": ["second"], "refuse": ["first", "second"]}[word]
        want(c["stage"] in stages and person != "insider" and person not in c["judges"])
        c["judges"] = [*c["judges"], person]
        if word == "support":
            c |= {"first": person, "stage": "second"}
        elif word == "confirm":
            c |= {"verdict": c["asked"], "stands": False, "stage": "reply"}
        else:
            c |= {"refusal": not c["appealed"], "stage": "verify"}
            away(c, today)
    elif word in {"appeal", "protest"}:
        open_to = "appeal" if c["stage"] == "verify" and c["refusal"] else None
        if c["stage"] in {"reply", "call_back", "closing", "closed"} and not c["stands"]:
            open_to = "protest"
        want(word == open_to)
        c |= {"back": c["stage"], "side": word, "stage": "appeal"}
        if word == "appeal":
            c |= {"appealed": True, "since": today}
    else:
        decided(c, today, person, upheld=word == "upheld")


def decided(c: Facts, today: date, person: str, *, upheld: bool) -> None:
    want(c["stage"] == "appeal" and person not in c["judges"])
    c["refusal"] = False
    if c["side"] == "protest" and upheld:
        closed = c["back"] == "closed"
        c |= {"verdict": "founded", "stands": True, "stage": "rectify"}
        again(c, today, up=False) if closed else away(c, today)
    elif c["side"] == "protest":
        c["stage"] = c["back"]
    elif not upheld:
        c |= {"verdict": "founded", "stands": True, "stage": "rectify"}
        away(c, today)
    else:
        c["judges"] = [*c["judges"], person]
        if c["first"]:
            c |= {"verdict": c["asked"], "stands": False, "stage": "reply"}
        else:
            c |= {"first": person, "stage": "second"}


def ending(c: Facts, at: datetime, word: str, arg: str, person: str) -> None:  # noqa: C901, PLR0915 - one list.
    today = at.date()
    if word == "ledger":
        want(c["stage"] == "rectify")
        c["ledger"] = True
    elif word == "extend":
        c["due"] = date.fromisoformat(f"2023-{arg}")
    elif word == "rectify":
        want(c["stage"] == "rectify" and (c["ledger"] if arg == "ledger" else c["grade"] != "complex"))
        c |= {"late": today > c["due"], "stage": "reply"}
    elif word == "reply":
        want(c["stage"] == "reply")
        c |= {"stage": "call_back" if c["owed"] else "closing", "since": c["since"] or today}
    elif word in {"reached", "missed"}:
        want(c["stage"] in {"call_back", "closing"} and person != "insider")
        c["calls"] = [*c["calls"], (today, int(arg) if arg else None)]
        if word == "reached":
            unhappy = int(arg) <= 2 and c["stands"]
            c["stage"] = "closing"
            if unhappy and c["level"] != "urgent":
                again(c, today, up=True)
    elif word == "close":
        reached = [level for _, level in c["calls"] if level]
        tried = len({day for day, _ in c["calls"]}) >= 3
        want(c["stage"] in {"call_back", "closing"} and person != "insider")
        want(reached or tried or not c["owed"])
        c["stage"] = "closed"
    elif word == "reopen":
        want(c["stage"] == "closed")
        again(c, today, up=False)
    else:  # again: another bad rating of the same service.
        c["owed"] = c["owed"] or arg == "named"
        if c["stage"] == "closed":
            again(c, today, up=True)
        elif not c["stands"] and c["stage"] in {"reply", "call_back", "closing"}:
            c |= {"stage": "verify", "judges": [], "first": None, "voice": None}
            away(c, today)
