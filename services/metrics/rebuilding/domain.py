"""Which tables events tell again, and which a rebuild has to take over, because people set them here.

Invariant: every table of the service's models is in exactly one of `SET_HERE`, `MARKS` and `facts_of`.
"""

from collections.abc import Iterable, Mapping

# What people, or a decision at an instant, set here: no event of another service tells it. By name, with the column of
# when a row was added where rows never change; those without one change later, so an earlier instant can't be had.
SET_HERE: Mapping[str, str] = {
    "assessment_appeal": "",
    "assessment_exemption": "",
    "assessment_list": "",
    "assessment_period": "",
    "assessment_run": "at",
    "assessment_scheme": "set_at",
    "assessment_score": "",
    "feed_summary": "compiled_at",
    "feed_summary_kind": "",
    "finding_limit": "set_at",
    "indicator_missed": "decided_at",
    "indicator_setting": "set_at",
    "indicator_value": "reported_at",
    "observation_score": "entered_at",
    "performance_record": "",
    "rate_rule": "set_at",
    "survey": "",
    "survey_envelope": "",
    "survey_group": "",
    "survey_slip": "",
    "survey_token": "",
}
# Of the bus: what was published from here, by whom it was held, and what was given up.
OF_THE_BUS = ("stream_head", "outbox", "lease", "accepted_gap")
# How far the counting in the background is: numbers of its own, which nothing tells.
MARKS = frozenset({"rating_roll", "service_touched", "order_stale"})
# Columns that only number rows in the order in which they came.
NUMBERS: Mapping[str, str] = {"rating": "position"}
COUNTED = frozenset({"service_count"})  # A row that counts nought is as good as none.


def facts_of(tables: Iterable[str]) -> list[str]:
    """List those of all `tables` whose rows follow from events alone."""
    return sorted(set(tables) - set(SET_HERE) - MARKS)


def added_by_then(as_of: bool) -> dict[str, str]:  # noqa: FBT001 - the only question.
    """List the tables to take over, with the column of time; for an earlier instant only those that have one."""
    return {name: column for name, column in SET_HERE.items() if column or not as_of}
