"""What is written to places that many may read: numbers and the link, no titles, names or texts."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.notify.domain_parcels import ORDER, Letter
from services.notify.ports import Parcel
from services.notify.wording import RUNG_WORDS

MOST_NUMBERS = 200  # Of one rung in one message; nobody reads more, and the link has them all.
_NOT_OF_A_NUMBER = re.compile(r"[^\w.\-/（）〔〕]")  # What could be markup of a vendor, like 飞书's <at …>.


def link_of(parcel: Parcel, link: str) -> str:
    """Give the address under which the notices of a message can be read."""
    return link.replace("{parcel}", parcel.id)


def short_text(parcel: Parcel, link: str) -> str:
    """Say how many notices of which rung there are, and where."""
    rungs = sorted((letter.rung for letter in parcel.letters), key=ORDER.index)
    counts = Counter(RUNG_WORDS[rung] for rung in rungs)
    told = "、".join(f"{word}{count}条" for word, count in counts.items())
    return "\n".join([f"【督办提醒】共{len(parcel.letters)}条：{told}。", *_where(parcel, link)])


def robot_text(parcel: Parcel, link: str) -> str:
    """Say which tasks the notices are about by their numbers, and where they can be read."""
    first, *where = short_text(parcel, link).split("\n")
    return "\n".join([first, *_lines(parcel), *where])


def shipment_text(parcels: Sequence[Parcel], link: str) -> str:
    """Say what the parcels of several recipients say, each with its own link where the link names the parcel."""
    whole = replace(parcels[0], letters=tuple(letter for one in parcels for letter in one.letters))
    if "{parcel}" not in link:
        return robot_text(whole, link)
    count, *_ = short_text(whole, link).split("\n")
    return "\n".join([count, *("；".join([*_lines(one), link_of(one, link)]) for one in parcels)])


def variables(parcel: Parcel, link: str) -> Mapping[str, str]:
    """Give what a template may say of a message; `number` is that of the most pressing notice."""
    number = next(iter(_numbers(parcel.letters)), "")
    said = {"number": number, "count": str(len(parcel.letters)), "link": link_of(parcel, link)}
    return {**said, "to": parcel.to, "id": parcel.id}


def _lines(parcel: Parcel) -> list[str]:
    rungs = sorted({letter.rung for letter in parcel.letters}, key=ORDER.index)
    numbers = {rung: _numbers([one for one in parcel.letters if one.rung == rung]) for rung in rungs}
    return [f"{RUNG_WORDS[rung]}：事项 {'、'.join(found)}" for rung, found in numbers.items() if found]


def _where(parcel: Parcel, link: str) -> list[str]:
    return [f"详情：{link_of(parcel, link)}"] if link else ["详情请登录督办系统查看。"]


def _numbers(letters: Sequence[Letter]) -> list[str]:
    numbers = (_NOT_OF_A_NUMBER.sub("", letter.number) for letter in letters)
    return [*dict.fromkeys(filter(None, numbers))][:MOST_NUMBERS]
