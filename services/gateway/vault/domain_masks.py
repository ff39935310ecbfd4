"""How pieces of the vault are shown to whoever has not asked for more: enough to tell two apart, too little to call.

王小明 → 王**, 张三 → 张某, 13812341234 → 138****1234, a certificate by its first six and last four, an address by its
first six characters, and words without what names anybody.
"""

from collections.abc import Callable, Mapping

from services.gateway.redaction.domain import redact
from services.gateway.redaction.domain_words import COMPOUND_SURNAMES
from services.gateway.vault.domain import Kind

_LONGEST_NAME = (
    4  # Characters of a person's name; what is longer names an enterprise, or a person of several names.
)


def mask_name(name: str) -> str:
    """Show the surname; of an enterprise, its first two and last two characters."""
    if "·" in name or "•" in name:
        return f"{name[:1]}**"
    if len(name) > _LONGEST_NAME:
        return f"{name[:2]}****{name[-2:]}"
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    return f"{surname}某" if len(name) - len(surname) < 2 else f"{surname}**"


def mask_phone(phone: str) -> str:
    """Show the first three and the last four of a mobile number, the last two of any other."""
    digits = "".join(phone.split())
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"


def mask_certificate(number: str) -> str:
    """Show the first six, the region, and the last four."""
    if len(number) <= 10:
        return "*" * (len(number) - 2) + number[-2:] if len(number) > 2 else "**"
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def mask_address(address: str) -> str:
    """Show the first six characters, which name a district or a town."""
    return f"{address[:6]}****" if len(address) > 6 else "****"


_MASKS: Mapping[Kind, Callable[[str], str]] = {
    Kind.NAME: mask_name,
    Kind.PHONE: mask_phone,
    Kind.CERTIFICATE: mask_certificate,
    Kind.ADDRESS: mask_address,
}


def masked(pieces: Mapping[Kind, str]) -> dict[Kind, str]:
    """Mask all pieces of one subject; names and numbers that the vault knows are masked in its words too."""
    known = [value for kind, value in pieces.items() if kind is not Kind.TEXT]
    return {
        kind: redact(value, known).text if kind is Kind.TEXT else _MASKS[kind](value)
        for kind, value in pieces.items()
    }
