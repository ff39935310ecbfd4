"""Names in Python for the schemas of the document."""

import re
from collections.abc import Collection, Iterable

# What the modules import.
_TAKEN = frozenset(
    {"Calls", "Field", "Json", "JsonObject", "Literal", "Model", "Sequence", "StrEnum", "TypeAlias"}
)


def python_names(schemas: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Name schemas: by the last step of their name, with as many steps before it as tell them apart.

    Args:
        schemas: Like `tasks.orders.views.StepView`; they get a namespace of their own.
        taken: Names that others have in it.
    """
    names = sorted(schemas)
    return {one: _shortest(one, [other for other in names if other != one], taken) for one in names}


def _shortest(name: str, others: Iterable[str], taken: Collection[str]) -> str:
    steps = len(_steps(name))
    for count in range(1, steps + 1):
        found = _joined(name, count)
        if found not in {*_TAKEN, *taken, *(_joined(one, count) for one in others)}:
            return found
    return f"{_joined(name, steps)}Schema"


def _joined(name: str, count: int) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"\W|_", ".".join(_steps(name)[-count:])))


def _steps(name: str) -> list[str]:
    return re.split(r"\.|__", name.removeprefix("services__"))
