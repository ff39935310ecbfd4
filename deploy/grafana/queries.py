"""Pieces of PromQL that many panels share: names joined to ids, and figures of all replicas taken once."""

PLANS = "max by (plan, title) (duban_plan_info)"
UNITS = "max by (unit, name) (duban_unit_info)"


def once(metric: str, *labels: str) -> str:
    """Take a figure once by these labels, though two replicas may show it while the lease changes hands."""
    return f"max by ({', '.join(labels)}) ({metric})"


def total(metric: str, *labels: str) -> str:
    """Add a figure over all its series."""
    return f"sum({once(metric, *labels)})"


def with_title(expression: str) -> str:
    """Add the title of the plan to what has the label `plan`."""
    return f"({expression}) * on (plan) group_left (title) {PLANS}"


def with_name(expression: str) -> str:
    """Add the name of the unit to what has the label `unit`: its id or credit code, which stands for a name we lack."""
    unknown = f'label_replace(({expression}) unless on (unit) duban_unit_info, "name", "$1", "unit", "(.+)")'
    return f"({expression}) * on (unit) group_left (name) {UNITS} or {unknown}"
