"""What the name of a measure tells: whether it is about signing for tasks, or about the hotline."""

SIGN_WORDS = frozenset({"sign", "signed", "signing", "signs"})
HOTLINE_WORDS = frozenset({"order", "orders", "hotline", "12345"})


def is_sign(measure: str, title: str = "") -> bool:
    """Tell whether a measure is about signing for tasks 签收, by its name and title."""
    return bool(_tokens(measure) & SIGN_WORDS) or "签收" in measure + title


def is_hotline(measure: str) -> bool:
    """Tell whether a measure is about the hotline 12345, by its name."""
    return bool(_tokens(measure) & HOTLINE_WORDS)


def _tokens(measure: str) -> set[str]:
    return set(measure.lower().replace(".", "_").replace("-", "_").split("_"))
