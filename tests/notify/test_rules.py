import json
from itertools import pairwise

import pytest

from services.notify.rulebooks.service import adopt_shipped
from services.notify.rules import read_rulebook, shipped_rules
from shared.errors import Invalid
from shared.testing import FakeClock
from tests.notify.conftest import OpenDatabase


def changed(**entries: object) -> str:
    rule = json.loads(shipped_rules())["rules"][0]
    return json.dumps({"rules": [{**rule, **entries}]})


def test_the_shipped_rules_warn_thirty_seven_and_three_days_ahead_at_nine() -> None:
    rule = read_rulebook(shipped_rules()).for_kind("action")

    assert [step.days for step in rule.before] == [-30, -7, -3]
    assert f"{rule.at:%H:%M}" == "09:00"


def test_the_overdue_cadence_slows_down() -> None:
    overdue = read_rulebook(shipped_rules()).for_kind("action").overdue

    steps = [later - earlier for earlier, later in pairwise((0, *overdue.workdays))]

    assert steps == sorted(steps)
    assert overdue.then_every >= steps[-1]


def test_a_kind_with_a_rule_of_its_own_gets_it_and_the_others_the_common_one() -> None:
    common = json.loads(shipped_rules())["rules"][0]
    book = read_rulebook(json.dumps({"rules": [common, {**common, "kind": "order", "before": []}]}))

    assert book.for_kind("order").before == ()
    assert book.for_kind("action").kind == "*"


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        changed(kind="order"),
        changed(before=[{"days": -3, "tell": ["lead"]}, {"days": -7, "tell": ["lead"]}]),
        changed(overdue={"workdays": [1, 1], "then_every": 5, "tell": ["lead"]}),
        changed(due={"tell": ["everybody"]}),
        changed(unknown="field"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_the_reason(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rulebook(text)

    assert refused.value.code == "rules.invalid"
    assert "提醒规则无法读取" in refused.value.message


async def test_the_same_rules_stay_one_version(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())

    for _ in range(2):
        async with db.transaction() as tx:
            book = await adopt_shipped(tx, shipped_rules())

    assert (book.version, book.since) == (1, None)
