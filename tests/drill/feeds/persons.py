"""Fifty people who are nobody, planted with all that tells who somebody is, in fields and in texts."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

SURNAMES, GIVEN = "欧阳司徒上官诸葛夏侯", "槿翊甯珺湉"  # Rare enough to stand nowhere else.


@dataclass(frozen=True, slots=True)
class Person:
    """What must be found nowhere but in the vault."""

    name: str
    phone: str
    certificate: str
    plate: str
    address: str

    def words(self) -> tuple[str, ...]:
        """Give all strings that must not be found."""
        return astuple(self)


def planted(count: int = 50) -> list[Person]:
    """Make up people."""
    return [_person(number) for number in range(count)]


def _person(number: int) -> Person:
    name = f"{SURNAMES[number % 5 * 2 : number % 5 * 2 + 2]}{GIVEN[number // 5 % 5]}{GIVEN[number // 25 + 2]}"
    body = f"619900198{number % 10}0{1 + number % 9}{10 + number // 5}{100 + number}"
    return Person(
        name=name,
        phone=f"1777{7000000 + 3571 * number}",
        certificate=body
        + "10X98765432"[sum(int(one) * weight for one, weight in zip(body, _WEIGHTS, strict=True)) % 11],
        plate=f"陕Z·{10000 + 1373 * number}",
        address=f"泾漪路{1000 + 37 * number}号{number + 11}栋",
    )


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def said_of(person: Person) -> dict[str, Any]:
    """Give the fields of a record that is of a person, with a text that says it all again."""
    text = f"我叫{person.name}，电话{person.phone}，身份证{person.certificate}，车牌{person.plate}，住{person.address}"
    return {"name": person.name, "phone": person.phone, "text": text}


def all_words(people: Iterable[Person]) -> list[str]:
    """Give every string that must not be found, each once."""
    return sorted({word for person in people for word in person.words()})
