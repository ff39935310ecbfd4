"""What falls into the year of a plan, which is what its stage goals count."""

from datetime import date


def in_year_scope(deadline: date | None, *, ongoing: bool, year: int | None) -> bool:
    """Tell whether a task is to be done within the plan's year, so that stage goals count it.

    A date in a later year is out of scope, and so is a duty that goes on without any date.
    """
    if deadline is None:
        return not ongoing
    return year is None or deadline.year <= year
