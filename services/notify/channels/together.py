"""What one person who reads several mailboxes gets in one message: the parcels of all that go to the same address."""

from collections.abc import Sequence
from dataclasses import replace

from services.notify.channels.wording import link_of
from services.notify.domain_parcels import most_pressing_first
from services.notify.ports import Parcel

_RULE = "\n\n————————\n\n"


def by_address(parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
    """Put the parcels to each address together, in their order; what has none goes alone."""
    found: dict[str, list[Parcel]] = {}
    for one in parcels:
        found.setdefault(one.to or f"\n{one.id}", []).append(one)
    return list(found.values())


def subject_of(parcels: Sequence[Parcel]) -> str:
    """Say in one line what a message is about."""
    if len(parcels) == 1:
        return parcels[0].text.partition("\n")[0]
    return f"督办提醒共{sum(len(one.letters) for one in parcels)}条，发往您的{len(parcels)}个收件岗位。"


def whole_text(parcels: Sequence[Parcel], link: str) -> str:
    """Write the texts of parcels one after another, each with its own link where the link names the parcel."""
    if not link:
        return _RULE.join(one.text for one in parcels)
    if "{parcel}" in link:
        return _RULE.join(f"{one.text}\n\n详情：{link_of(one, link)}" for one in parcels)
    return f"{_RULE.join(one.text for one in parcels)}\n\n详情：{link}"


def as_one(parcels: Sequence[Parcel]) -> Parcel:
    """Give the parcel that stands for all of a shipment where only numbers are told."""
    letters = most_pressing_first(letter for one in parcels for letter in one.letters)
    return replace(parcels[0], id=parcels[0].shipment, letters=letters)
