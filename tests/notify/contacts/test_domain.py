"""Who reads a mailbox on a day, and how they are reached."""

from datetime import date

import pytest

from services.notify.contacts.domain import (
    Holding,
    Route,
    address,
    deputy_of,
    fellows,
    heir_of,
    held_by_heirs,
    next_route,
    passed_from,
    passed_to,
    read_by,
    readers,
    routes_of,
)
from services.notify.domain import SUPERVISION_OFFICE

JUNE = date(2023, 6, 1)
LEE, WANG, ZHAO = "p-lee", "p-wang", "p-zhao"


def test_a_post_is_handed_over_by_its_dates_alone() -> None:
    holdings = [
        Holding("u1", LEE, date(2023, 1, 1), date(2023, 6, 15)),
        Holding("u1", WANG, date(2023, 6, 16)),
    ]

    assert readers(holdings, {}, date(2023, 6, 15)) == {"u1": (LEE,)}
    assert readers(holdings, {}, date(2023, 6, 16)) == {"u1": (WANG,)}
    assert readers(holdings, {}, date(2022, 12, 31)) == {}


def test_who_took_a_post_over_last_is_told_first() -> None:
    holdings = [Holding("u1", LEE, date(2023, 1, 1)), Holding("u1", WANG, date(2023, 5, 1))]

    assert readers(holdings, {}, JUNE) == {"u1": (WANG, LEE)}


def test_a_deputy_reads_in_place_of_who_is_away_and_once_only() -> None:
    holdings = [Holding("u1", LEE, JUNE), Holding("u1", WANG, JUNE), Holding("u1/leader", LEE, JUNE)]

    assert readers(holdings, {LEE: WANG}, JUNE) == {"u1": (WANG,), "u1/leader": (WANG,)}


def test_a_deputy_who_is_away_has_a_deputy() -> None:
    assert deputy_of(LEE, {LEE: WANG, WANG: ZHAO}) == ZHAO


def test_who_is_away_is_told_all_the_same_when_nobody_can_stand_in() -> None:
    assert deputy_of(LEE, {LEE: WANG, WANG: LEE}) == LEE
    assert deputy_of(LEE, {LEE: WANG, WANG: ZHAO, ZHAO: WANG}) == LEE


def test_all_ways_to_the_first_reader_come_before_those_to_the_next() -> None:
    mail, robot, other = Route("mail", LEE, "a"), Route("sms", LEE, "b"), Route("mail", WANG, "c")

    assert routes_of((LEE, ZHAO, WANG), {LEE: [mail, robot], WANG: [other]}) == (mail, robot, other)


def test_a_channel_gets_the_first_address_that_is_its_own_and_else_none() -> None:
    found = (Route("sms", LEE, "1"), Route("mail", LEE, "a"), Route("mail", WANG, "b"))

    assert [address(found, channel) for channel in ("mail", "sms", "log")] == ["a", "1", ""]


MERGED = {"u1": "u2", "u2": "u3"}


def test_the_heir_of_a_unit_is_the_last_of_those_that_it_was_merged_into() -> None:
    assert [heir_of(unit, MERGED) for unit in ("u1", "u2", "u3", "u4")] == ["u3", "u3", "u3", "u4"]


def test_units_that_name_each_other_as_successors_do_not_go_on_for_ever() -> None:
    assert heir_of("u1", {"u1": "u2", "u2": "u1"}) == "u2"


@pytest.mark.parametrize(
    ("mailbox", "found"),
    [
        ("u4/leader", ("u4/leader",)),
        (SUPERVISION_OFFICE, (SUPERVISION_OFFICE,)),
        ("u1", ("u3", "u1")),
        ("u1/leader", ("u3/leader", "u3", "u1/leader")),
        ("u1/overseer", ("u3/overseer", SUPERVISION_OFFICE, "u1/overseer")),
    ],
)
def test_a_mailbox_of_a_merged_unit_is_read_by_its_heir_first(mailbox: str, found: tuple[str, ...]) -> None:
    assert read_by(mailbox, MERGED) == found


def test_the_fellows_of_a_mailbox_are_the_others_that_its_readers_read() -> None:
    people = {"u3": (LEE, WANG), "u4/leader": (WANG,), "u5": (ZHAO,)}

    assert fellows(["u3"], people, MERGED) == {"u4/leader", "u1", "u2"}
    assert fellows(["u1"], people, MERGED) == {"u3", "u4/leader", "u2"}
    assert fellows(["u5"], people, MERGED) == fellows(["u9"], people, MERGED) == frozenset()


@pytest.mark.parametrize(
    ("mailbox", "found"),
    [
        ("u3", ("u3", "u1", "u2")),
        ("u3/leader", ("u3/leader", "u1/leader", "u2/leader")),
        ("u1", ("u1",)),
        (SUPERVISION_OFFICE, (SUPERVISION_OFFICE,)),
    ],
)
def test_the_inbox_of_an_heir_is_that_of_every_unit_that_was_merged_into_it(
    mailbox: str, found: tuple[str, ...]
) -> None:
    assert passed_from(mailbox, MERGED) == found


def test_what_a_post_of_a_merged_unit_would_be_told_its_heir_s_is() -> None:
    assert [passed_to(one, MERGED) for one in ("u1/leader", "u2", "u4")] == ["u3/leader", "u3", "u4"]


def test_a_post_is_held_for_a_merged_unit_when_its_heir_has_it() -> None:
    held = held_by_heirs(["u3/leader", "u1/officer", "u4/leader"], ["u1", "u3"], MERGED)

    assert held == {"u1/leader", "u1/officer", "u3/leader"}


def test_a_message_that_failed_goes_to_the_next_address_and_to_the_last_where_there_are_fewer() -> None:
    found = (Route("mail", LEE, "a"), Route("mail", LEE, "a"), Route("mail", WANG, "b"))

    assert [address(found, "mail", way) for way in range(3)] == ["a", "b", "b"]
    assert address((), "mail", 1) == ""


def test_the_next_route_is_the_preferred_one_that_was_not_tried() -> None:
    first, second, third = Route("mail", LEE, "a"), Route("sms", LEE, "1"), Route("mail", WANG, "b")
    found = (first, second, third)

    assert next_route(found, {"mail": 0}) == second
    assert next_route(found, {"mail": 0, "sms": 0}) == third
    assert next_route(found, {"mail": 1, "sms": 0}) is None
    assert next_route(found, {"sms": 0}) == first


def test_a_channel_that_has_not_failed_or_has_one_place_for_everybody_is_no_next_route() -> None:
    found = (Route("group", LEE, "@1"), Route("group", WANG, "@2"), Route("sms", LEE, "1"))

    assert next_route(found, {"group": None, "sms": None}) is None
