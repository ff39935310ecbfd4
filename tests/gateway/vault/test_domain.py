"""Whose a piece is, how it is masked, and which keys are keys: pure."""

import pytest

from services.gateway.vault.cipher import WrappingKeys, new_key
from services.gateway.vault.domain import Kind, Private, caller_of, person_of, wanted_kinds
from services.gateway.vault.domain_masks import mask_address, mask_certificate, mask_name, mask_phone, masked
from shared.errors import Invalid, Permanent
from tests.gateway.vault.keepers import OTHER_KEY, ZHANG
from tests.gateway.world import VAULT_KEY

SECRET = b"n" * 32


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张某"),
        ("王小明", "王**"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳锋", "欧阳某"),
        ("阿依古丽·买买提", "阿**"),
        ("泾河新城某某商贸有限公司", "泾河****公司"),
    ],
)
def test_a_name_shows_its_surname(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812341234", "138****1234"),
        ("138 1234 1234", "138****1234"),
        ("33585000", "****00"),
        ("1", "****1"),
    ],
)
def test_a_telephone_number_shows_too_little_to_call(number: str, shown: str) -> None:
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("61990019850302123X", "619900********123X"), ("E12345678", "*******78"), ("12", "**"), ("", "**")],
)
def test_a_certificate_shows_its_first_six_and_last_four(number: str, shown: str) -> None:
    assert mask_certificate(number) == shown


def test_an_address_shows_its_town() -> None:
    assert (mask_address("崇文镇虎杨村三组12号"), mask_address("三组12号")) == ("崇文镇虎杨村****", "****")


def test_words_lose_what_the_vault_knows_of_their_writer() -> None:
    shown = masked({Kind.NAME: "冼晓梅", Kind.TEXT: "冼晓梅又来了，冼 晓 梅很生气"})

    assert shown[Kind.TEXT] == "某某又来了，某某很生气"


def test_a_person_is_named_by_certificate_before_telephone_before_subject() -> None:
    same = [Private(certificate="61990019850302123x", phone=phone, source="s") for phone in ("1", "2")]
    by_phone = [Private(phone="139", source=source) for source in ("s", "s", "t")]
    nobody = Private(text="好", source="s")

    assert len({person_of(SECRET, "a", one) for one in same}) == 1
    assert len({person_of(SECRET, "a", one) for one in by_phone}) == 2
    assert person_of(SECRET, "a", nobody) != person_of(SECRET, "b", nobody)
    assert person_of(SECRET, "a", nobody) != person_of(b"m" * 32, "a", nobody)


def test_who_said_nothing_of_a_person_has_nothing_private() -> None:
    assert ZHANG
    assert not Private(source="push")


def test_nothing_private_is_in_a_repr() -> None:
    assert repr(ZHANG) == "Private(source='push')"


def test_a_kind_is_wanted_once() -> None:
    assert wanted_kinds(["phone", "name", "phone"]) == [Kind.PHONE, Kind.NAME]


@pytest.mark.parametrize("text", ["", "short", "x" * 44, "dmF1bHQ="])
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(Invalid, match="DUBAN_VAULT_KEY") as caught:
        WrappingKeys(text)

    assert not text or text not in caught.value.message


def test_a_data_key_of_one_person_is_none_of_another() -> None:
    keys, data_key = WrappingKeys(OTHER_KEY, VAULT_KEY), new_key()
    wrapped = keys.wrap(data_key, b"a")

    assert keys.unwrap(wrapped, b"a", key_id=keys.current_id) == data_key
    with pytest.raises(Permanent):
        keys.unwrap(wrapped, b"b", key_id=keys.current_id)


def test_a_caller_is_known_by_the_number_however_it_is_written() -> None:
    plain = caller_of(b"k", "s", "13900001234")

    assert len(plain) == 32
    assert {caller_of(b"k", "s", one) for one in ("139 0000 1234", "+8613900001234", "139-0000-1234")} == {
        plain
    }
    others = [caller_of(b"k", "t", "13900001234"), caller_of(b"q", "s", "13900001234")]
    assert plain not in [*others, person_of(b"k", "x", Private(phone="13900001234", source="s")).hex()]


@pytest.mark.parametrize("number", ["", "12345", "139****1234", "139XXXX1234", "00000000000", "  "])
def test_a_number_that_many_share_is_no_caller(number: str) -> None:
    assert caller_of(b"k", "s", number) == ""


def test_a_certificate_tells_a_caller_too() -> None:
    told = [caller_of(b"k", "s", one) for one in ("61990019850302123x", "61990019850302123X")]

    assert (told[0] == told[1], len(told[0])) == (True, 32)
