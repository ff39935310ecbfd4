"""What leaves through a channel with a limit: nothing is lost, and as much as possible alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain_shipments import Packing, kept_for_urgent, share_out, shipment_id


@dataclass(frozen=True, slots=True)
class Bag:
    """A parcel as far as its leaving depends on it; `size` is how many messages it takes alone."""

    id: str
    number: int = 1
    urgent: bool = False
    shipment: str = ""
    size: int = 1


def by_tens(bags: Sequence[Bag]) -> Sequence[Sequence[Bag]]:
    return [bags[first : first + 10] for first in range(0, len(bags), 10)]


GROUP: Packing[Bag] = Packing(lambda bag: bag.size, by_tens)
SINGLY: Packing[Bag] = Packing(lambda _: 1)


def bags(count: int, *, number: int = 1, urgent: bool = False, shipment: str = "") -> list[Bag]:
    return [Bag(f"b{each:03}", number=number, urgent=urgent, shipment=shipment) for each in range(count)]


def test_what_has_room_leaves_alone() -> None:
    share = share_out(bags(20), 20, GROUP)

    assert [len(load) for load in share.loads] == [1] * 20
    assert (share.room, share.held) == (0, [])


def test_what_has_no_room_leaves_together_behind_those_that_have() -> None:
    share = share_out(bags(50), 20, GROUP)

    assert [len(load) for load in share.loads] == [1] * 15 + [10, 10, 10, 5]
    assert share.held == []


def test_what_is_too_much_even_together_waits() -> None:
    share = share_out(bags(50), 2, GROUP)

    assert [len(load) for load in share.loads] == [10, 10]
    assert len(share.held) == 30


def test_what_can_not_be_told_together_waits() -> None:
    share = share_out(bags(5), 2, SINGLY)

    assert ([load[0].id for load in share.loads], len(share.held)) == (["b000", "b001"], 3)


def test_urgent_ones_leave_before_routine_ones_and_not_with_them() -> None:
    share = share_out([*bags(30), *bags(12, urgent=True)], 3, GROUP)

    assert [(load[0].urgent, len(load)) for load in share.loads] == [(True, 1), (True, 10), (True, 1)]
    assert not any(one.urgent for one in share.held)


def test_routine_ones_leave_room_for_an_urgent_one_that_takes_it() -> None:
    share = share_out(bags(30), 5, SINGLY, kept=3)
    late = share_out([*bags(9), *bags(2, urgent=True)], share.room, SINGLY, kept=3)

    assert ([len(load) for load in share.loads], share.room) == ([1, 1], 3)
    assert [load[0].urgent for load in late.loads] == [True, True]


def test_a_small_limit_keeps_nothing_so_that_a_message_of_three_pieces_ever_leaves() -> None:
    assert [kept_for_urgent(limit) for limit in (3, 5, 6, 18, 20, 600)] == [0, 0, 1, 3, 3, 3]
    assert all(limit - kept_for_urgent(limit) >= 3 for limit in range(3, 100))


def test_a_shipment_that_is_tried_again_keeps_its_parcels_and_a_second_try_joins_none() -> None:
    again = [*bags(3, number=2, shipment="s-1"), Bag("alone", number=2)]

    share = share_out([*bags(30), *again], 5, GROUP)

    assert [len(load) for load in share.loads] == [3, 1, 10, 10, 10]


def test_a_parcel_of_several_messages_leaves_whole_or_not_at_all() -> None:
    share = share_out([Bag("large", size=3)], 2, GROUP)

    assert (share.loads, len(share.held)) == ([], 1)


BAGS = st.builds(
    Bag,
    id=st.uuids().map(str),
    number=st.integers(1, 3),
    urgent=st.booleans(),
    size=st.integers(1, 3),
)


@given(st.lists(BAGS, max_size=60, unique_by=lambda bag: bag.id), st.integers(0, 20), st.integers(0, 3))
def test_every_parcel_leaves_or_waits_and_the_room_is_kept(waiting: list[Bag], room: int, kept: int) -> None:
    share = share_out(waiting, room, GROUP, kept=kept)

    seen = [bag.id for load in share.loads for bag in load] + [bag.id for bag in share.held]
    assert sorted(seen) == sorted(bag.id for bag in waiting)
    assert sum(map(GROUP.cost, share.loads)) + share.room == room
    assert share.room >= 0


def test_the_id_of_a_shipment_follows_from_its_parcels_in_any_order() -> None:
    assert shipment_id(["a", "b"]) == shipment_id(["b", "a"]) != shipment_id(["a"])
