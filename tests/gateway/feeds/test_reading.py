"""Records are read by their form, with nothing inferred; steps of a service are told apart."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.feeds.domain.drafts import Draft, service_id
from services.gateway.feeds.domain.form import Form, build_form
from services.gateway.feeds.domain.reading import Context, Reading, read_record
from services.gateway.feeds.domain.steps import Service, take_step
from services.gateway.feeds.forms import lists, shipped
from services.gateway.ratings.domain import RatingIn, Source, rating_id, read_rating
from shared.clock import SHANGHAI
from shared.events.ratings import RatingSubmitted
from shared.events.services import ServiceAccepted, ServiceCompleted, ServicePaused, ServiceResumed
from tests.gateway.feeds.sending import UNIT, one_rating, one_service
from tests.gateway.world import rating

LATEST = datetime(2023, 6, 20, 1, 5, tzinfo=UTC)
ACCEPTED = {"project_no": "P1", "unit_code": UNIT, "kind": "instant", "accepted_at": "2023-06-01 09:00:00"}


def form(name: str, **overrides: Any) -> Form:  # noqa: ANN401 - JSON.
    return build_form(name, shipped(), lists(), overrides)


def read(record: Mapping[str, object], name: str = "duban", **overrides: Any) -> Reading:  # noqa: ANN401 - JSON.
    return read_record(record, Context("s", form(name, **overrides), LATEST))


def event_of(record: Mapping[str, object], name: str = "duban") -> Any:  # noqa: ANN401 - whichever event it is.
    reading = read(record, name)
    assert reading.faults == []
    return reading.drafts[0].event


def codes_of(record: Mapping[str, object], name: str = "duban") -> list[tuple[str, str]]:
    return [(fault.code, fault.field) for fault in read(record, name).faults]


@pytest.mark.parametrize(
    ("name", "code", "level"),
    [("gbt39046", "1", 5), ("gbt39046", "5", 1), ("push", "5", 5), ("push", "1", 1)],
)
def test_the_two_national_scales_are_opposite(name: str, code: str, level: int) -> None:
    gbt = {"办件编号": "P1", "评价渠道": "二维码", "评价时间": "20230601T090000", "满意度代码": code}
    push = one_rating(satisfaction=code, evalDetail="")

    event = event_of(gbt if name == "gbt39046" else push, name)

    assert (event.level, event.raw_code, event.scheme) == (level, code, name)


@pytest.mark.parametrize(
    ("name", "pf", "channel", "default"),
    [
        ("push-shandong", "6", "phone", False),
        ("push-shandong", "7", "sms", False),
        ("push-zhejiang", "6", "sms", False),
        ("push-zhejiang", "7", "system", True),
    ],
)
def test_channels_six_and_seven_differ_by_province(
    name: str, pf: str, channel: str, *, default: bool
) -> None:
    event = event_of(one_rating(pf=pf), name)

    assert (event.channel, event.is_default) == (channel, default)


@pytest.mark.parametrize(
    ("name", "kind", "applicant", "means"),
    [
        ("push-shandong", "1", "6", ("instant", "agency")),
        ("push-shandong", "2", "9", ("promised", "other")),
        ("push-zhejiang", "1", "1", ("promised", "person")),
        ("push-zhejiang", "2", "2", ("instant", "")),
        ("push", "2", "6", ("promised", "other")),
    ],
)
def test_sorts_of_services_and_applicants_differ_by_province(
    name: str, kind: str, applicant: str, means: tuple[str, str]
) -> None:
    event = event_of(one_service(promiseTime=kind, userProp=applicant), name)

    assert (event.kind, event.applicant) == means
    assert (event.raw["promiseTime"], event.raw["userProp"], event.scheme) == (kind, applicant, name)


@pytest.mark.parametrize(
    ("code", "normal"),
    [("370800", "370800000000"), ("370800001", "370800001000"), ("370800001002", "370800001002")],
)
def test_region_codes_become_twelve_digits_and_stay_raw_as_well(code: str, normal: str) -> None:
    event = event_of(one_service(areaCode=code), "push")

    assert (event.region_code, event.raw["areaCode"]) == (normal, code)


def test_an_item_code_of_sixty_four_characters_is_kept_whole() -> None:
    assert event_of(one_service(taskHandleItem="1" * 64), "push").item_code == "1" * 64


def test_private_parts_are_split_off_and_never_printed() -> None:
    (draft,) = read(one_service(certKeyGOV="370000199001010000"), "push").drafts

    assert (draft.private.name, draft.private.phone) == ("李某", "13800000000")
    assert draft.private.certificate == "370000199001010000"
    assert not any(word in repr(draft) for word in ("李某", "13800000000", "370000199001010000"))


def test_a_name_that_stands_for_nobody_makes_no_named_rating() -> None:
    assert [event_of(one_rating(name=name), "push").is_named for name in ("李某", "匿名", "")] == [
        True,
        False,
        False,
    ]


def test_what_the_standard_has_beside_services_is_not_taken_or_gives_nothing() -> None:
    step = read({"办件编号": "P1", "环节名称": "审核", "环节开始时间": "20230601T090000"}, "gbt39046")

    assert step.ignored
    assert codes_of({"咨询编码": "Z1", "咨询标题": "问"}, "gbt39046") == [("record.not_taken", "")]
    assert codes_of({"投诉标题": "诉"}, "gbt39046") == [("record.not_taken", "")]
    assert codes_of({"办件编号": "P1", "监察编号": "J1"}, "gbt39046") == [("record.not_taken", "")]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"project_no": "x" * 65}, "text.invalid", "project_no"),
        ({"project_no": "a\x00b"}, "text.invalid", "project_no"),
        ({"project_no": "3.70012E+17"}, "text.invalid", "project_no"),
        ({"project_no": ""}, "field.missing", "project_no"),
        ({"project_no": {"a": 1}}, "field.missing", "project_no"),
        ({"unit_code": "发改局"}, "unit.invalid", "unit_code"),
        ({"region_code": "３７０８００"}, "region.invalid", "region_code"),
        ({"kind": "1"}, "code.unknown", "kind"),
        ({"item_type": "99"}, "code.unknown", "item_type"),
        ({"accepted_at": "2023-06-20 09:06:00"}, "time.invalid", "accepted_at"),
        ({"accepted_at": "1999-06-20 09:06:00"}, "time.invalid", "accepted_at"),
        ({"accepted_at": "yesterday"}, "time.invalid", "accepted_at"),
        ({"due_on": "20230601"}, "date.invalid", "due_on"),
        ({"promised": "-1", "promised_unit": "days"}, "count.invalid", "promised"),
        ({"promised": "5"}, "promise.incomplete", "promised_unit"),
        ({"promised_unit": "days"}, "promise.incomplete", "promised"),
    ],
)
def test_a_field_that_does_not_fit_is_named(changes: dict[str, object], code: str, field: str) -> None:
    assert codes_of(ACCEPTED | changes) == [(code, field)]


@pytest.mark.parametrize("reasons", ["1150", "x", ",".join(["115"] * 21), "１１５"])
def test_reasons_are_codes_of_three_digits(reasons: str) -> None:
    assert codes_of(one_rating(satisfaction="1", evalDetail=reasons), "push") == [
        ("reasons.invalid", "evalDetail")
    ]


def test_all_that_does_not_fit_is_told_at_once() -> None:
    assert len(codes_of({"project_no": "P1", "accepted_at": "x", "kind": "9"})) == 3


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("gbt39046", "20230601T090000", True),
        ("gbt39046", "20230601090000", True),
        ("gbt39046", "2023060109:00:00", True),
        ("gbt39046", "2023-06-01 9:00:00", True),
        ("gbt39046", "2023610900000", False),
        ("gbt39046", "2023061T090000", False),
        ("push", "2023-06-01T09:00:00+08:00", False),
        ("duban", "2023-06-01T01:00:00+00:00", True),
    ],
)
def test_times_are_read_by_the_formats_of_the_form(name: str, text: str, *, fits: bool) -> None:
    field = {"gbt39046": "办结时间", "push": "resultDate", "duban": "completed_at"}[name]
    project = {"gbt39046": "办件编号", "push": "projectNo", "duban": "project_no"}[name]

    reading = read({project: "P1", field: text}, name)

    told = [one.event.completed_at for one in reading.drafts if isinstance(one.event, ServiceCompleted)]
    assert told == ([datetime(2023, 6, 1, 9, tzinfo=SHANGHAI)] if fits else [])


def test_numbers_truths_and_lists_of_json_are_read_as_texts() -> None:
    said = {"project_no": 17, "service_number": 2.0, "unit_code": UNIT, "channel": 1, "satisfaction": 5}
    more = {"reasons": [510, "511"], "publish": True, "is_default": False, "rated_at": "2023-06-01T09:00:00"}

    event = event_of(said | more)

    assert (event.rating_id, event.reasons, event.publish, event.is_default) == (
        "s.17.2",
        ("510", "511"),
        True,
        False,
    )


@pytest.mark.parametrize(
    ("level", "reasons", "contradicts"),
    [
        ("5", "513", False),
        ("5", "115", True),
        ("2", "515", True),
        ("1", "208,115", False),
        ("4", "513", False),
    ],
)
def test_reasons_that_deny_the_level_are_a_contradiction(
    level: str, reasons: str, *, contradicts: bool
) -> None:
    record = one_rating(satisfaction=level, evalDetail=reasons)

    told = [("rating.reasons_contradict", "satisfaction")] if contradicts else []
    assert codes_of(record, "push") == told
    assert read(record, "push", reasons_tell_level=False).faults == []


def test_words_that_deny_the_code_of_the_level_are_a_contradiction() -> None:
    own = {
        "办件编号": "P1",
        "评价渠道": "二维码",
        "评价时间": "20230601T090000",
        "满意度代码": "5",
        "满意度": "非常满意",
    }

    assert codes_of(own, "gbt39046") == [("rating.words_contradict", "满意度代码")]


def test_a_rating_is_the_same_by_the_feed_and_by_the_route_of_ratings() -> None:
    given = RatingIn.model_validate(rating(source="s"))
    sources = {"s": Source("s", "push", "phone_sms")}
    own = read_rating(given, sources, bound_source="", latest=LATEST)

    (draft,) = read(rating()).drafts

    assert (draft.event, draft.content_hash) == (own.event, own.content_hash)


def test_ids_of_what_is_not_plain_are_hashed() -> None:
    assert service_id("s", "P1") == "s.P1"
    assert service_id("s", "办件/1").startswith("s-")
    assert rating_id("s", "办件/1", 1, 2) != rating_id("s", "办件/1", 1) != rating_id("s", "办件/1", 2)


def steps(*records: Mapping[str, object], name: str = "duban") -> list[Draft]:
    return [draft for record in records for draft in read({"project_no": "P1", **record}, name).drafts]


def taken(service: Service, *drafts: Draft) -> list[tuple[str, int] | None]:
    """Take steps and give (outcome, number of the pause or revision)."""
    found: list[tuple[str, int] | None] = []
    for draft in drafts:
        one = take_step(service, draft)
        number = getattr(one.event, "number", one.revision) if one else 0
        found.append((one.outcome.value, number) if one else None)
    return found


def paused(day: int, **more: object) -> dict[str, object]:
    return {"paused_at": f"2023-06-{day:02} 09:00:00", "reason": "correction"} | more


def resumed(day: int, **more: object) -> dict[str, object]:
    return {"resumed_at": f"2023-06-{day:02} 09:00:00"} | more


def test_pauses_are_numbered_as_they_come_and_found_again_by_their_beginning() -> None:
    service = Service("s.P1", "s")
    both = steps(paused(3) | resumed(4), paused(7), resumed(9, paused_at="2023-06-07 09:00:00"))

    first, again = taken(service, *both), taken(service, *both)

    assert first == [("accepted", 1), ("accepted", 1), ("accepted", 2), ("accepted", 2)]
    assert again == [("repeated", 0)] * 4


def test_a_source_that_numbers_its_pauses_may_send_them_in_any_order() -> None:
    service = Service("s.P1", "s")

    told = taken(
        service, *steps(resumed(9, number=2), paused(7, number=2), paused(3, number=1), paused(5, number=1))
    )

    assert told == [("accepted", 2), ("accepted", 2), ("accepted", 1), ("conflict", 0)]


def test_an_end_alone_belongs_to_the_last_open_pause() -> None:
    service = Service("s.P1", "s")

    told = taken(service, *steps(resumed(2), paused(3), resumed(4), resumed(4), resumed(6)))

    assert told == [None, ("accepted", 1), ("accepted", 1), ("repeated", 0), None]


def test_an_end_of_a_pause_that_nobody_told_of_is_not_taken() -> None:
    assert taken(Service("s.P1", "s"), *steps(resumed(4, paused_at="2023-06-03 09:00:00"))) == [None]


def test_a_completion_that_is_told_otherwise_is_a_conflict_and_revisions_count_all_steps() -> None:
    service = Service("s.P1", "s")
    done = [{"completed_at": f"2023-06-{day} 09:00:00", "outcome": "granted"} for day in (10, 10, 11)]

    told = taken(service, *steps(ACCEPTED, *done))

    assert told == [("accepted", 1), ("accepted", 2), ("repeated", 0), ("conflict", 0)]
    assert service.unit_code == UNIT


def test_an_acceptance_is_corrected_until_its_service_is_completed() -> None:
    service = Service("s.P1", "s")
    items = [ACCEPTED | {"item_code": code} for code in ("i1", "i2", "i3")]
    done = {"completed_at": "2023-06-10 09:00:00", "outcome": "granted"}

    told = taken(service, *steps(items[0], items[1], items[1], done, items[2]))

    assert [one and one[0] for one in told] == ["accepted", "corrected", "repeated", "accepted", "conflict"]
    assert (service.item_code, service.revision) == ("i2", 3)


def test_only_steps_of_services_are_taken_as_such() -> None:
    (draft,) = read(rating()).drafts

    with pytest.raises(TypeError, match="RatingSubmitted is no step"):
        take_step(Service("s.P1", "s"), draft)


def test_every_sort_of_record_of_our_own_form_gives_its_event() -> None:
    found = [
        draft.event
        for draft in steps(ACCEPTED, paused(3), resumed(4), {"completed_at": "2023-06-09T09:00:00"})
    ]

    assert [type(event) for event in found] == [
        ServiceAccepted,
        ServicePaused,
        ServiceResumed,
        ServiceCompleted,
    ]
    assert isinstance(read(rating()).drafts[0].event, RatingSubmitted)


def test_a_draft_knows_whether_it_is_a_rating() -> None:
    (rated,), (accepted,) = read(rating()).drafts, steps(ACCEPTED)

    assert rated.rating is not None
    assert (rated.rating.event, rated.rating.content_hash) == (rated.event, rated.content_hash)
    assert accepted.rating is None
