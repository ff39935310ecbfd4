"""Templates of what an interface wants to be sent: JSON with named variables; pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

VARIABLES = frozenset({"to", "id", "number", "count", "link"})  # All that a template may say of a message.
_VARIABLE = re.compile(r"\{(\w+)\}")


def variables_in(template: Any) -> frozenset[str]:  # noqa: ANN401 - JSON of any depth.
    """Name the variables of a template."""
    return frozenset(name for text in _texts(template) for name in _VARIABLE.findall(text))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON of any depth.
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def filled(template: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON of any depth.
    """Put words in the place of the variables."""
    if isinstance(template, str):
        return _VARIABLE.sub(lambda found: words[found[1]], template)
    if isinstance(template, dict):
        return {key: filled(one, words) for key, one in template.items()}
    return [filled(one, words) for one in template] if isinstance(template, list) else template
