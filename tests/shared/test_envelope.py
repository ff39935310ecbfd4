import json

import pytest

from shared.errors import Permanent
from shared.events.envelope import Envelope, Event
from shared.events.ratings import RatingSubmitted
from shared.events.supervision import UnitRegistered
from shared.outbox import Outbox
from tests.shared.world import RATED_AT, rating, raw, unit


def changed(content: bytes, **fields: object) -> bytes:
    return json.dumps(json.loads(content) | fields).encode()


def test_what_an_owner_writes_is_read_with_its_model() -> None:
    found = Envelope.read(raw(unit("a"), 7))

    assert found.data == unit("a")
    assert (found.sequence, found.subject, found.source) == (7, "a", "/services/tasks")


def test_events_of_several_types_are_read_each_with_its_own_model() -> None:
    found = Envelope.read_all([raw(unit("a"), 1), raw(rating("r"), 2), raw(unit("b"), 3)])

    models = [type(envelope.data) for envelope in found if isinstance(envelope, Envelope)]
    assert models == [UnitRegistered, RatingSubmitted, UnitRegistered]


def test_an_event_that_cannot_be_read_spoils_no_other() -> None:
    found = Envelope.read_all([raw(unit("a"), 1), b"\x00", raw(unit("b"), 3)])

    assert [isinstance(one, ValueError) for one in found] == [False, True, False]


def test_bytes_with_blanks_between_are_read_too() -> None:
    found = Envelope.read(json.dumps(json.loads(raw(unit("a"), 1)), indent=2).encode())

    assert found.data == unit("a")


def test_a_type_of_a_later_version_is_read_as_a_dictionary() -> None:
    found = Envelope.read(changed(raw(unit("a"), 1), type="cn.duban.supervision.unit.renamed.v9"))

    assert found.data == json.loads(raw(unit("a"), 1))["data"]
    assert isinstance(found.data, dict)


def test_a_known_type_that_stands_only_inside_the_data_is_not_the_events_type() -> None:
    Envelope.read(raw(unit("a"), 1))
    inside = {"type": UnitRegistered.type}
    content = {"data": inside} | json.loads(raw(unit("a"), 1)) | {"data": inside, "type": "cn.duban.x.y.z.v1"}
    reordered = json.dumps({"data": content.pop("data")} | content, separators=(",", ":")).encode()

    found = Envelope.read(reordered)

    assert (found.type, found.data) == ("cn.duban.x.y.z.v1", inside)


@pytest.mark.parametrize("content", [b"", b"\x00", b"[]", b"3", b'{"type":3}', b"{}", raw(unit("a"), 1)[:-1]])
def test_bytes_that_are_no_event_are_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Envelope.read(content)


def test_a_known_type_with_other_data_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="name"):
        Envelope.read(changed(raw(unit("a"), 1), data={"unit_id": "a"}))


def test_an_outbox_refuses_the_feed_of_another_service() -> None:
    with pytest.raises(Permanent, match="tasks owns supervision"):
        Outbox("notify").add(unit("a"), time=RATED_AT, revision=0)


def test_an_event_has_the_feed_and_subject_that_its_class_says() -> None:
    event: Event = rating("r")

    assert (event.feed(), event.subject) == ("ratings", "r")
