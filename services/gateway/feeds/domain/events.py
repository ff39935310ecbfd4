"""Makes the event of a record from its fields, and looks for what contradicts itself in it."""

from collections.abc import Callable
from typing import Any

from services.gateway.feeds.domain.drafts import Draft, Fault, service_id
from services.gateway.feeds.domain.events_approvals import approval
from services.gateway.feeds.domain.events_orders import order, recalled, revisited, urged
from services.gateway.feeds.domain.said import Said, draft_of
from services.gateway.feeds.domain.targets import WORDS
from services.gateway.ratings.domain import content_hash, rating_id
from services.gateway.vault.domain import Private
from shared.events.ratings import RatingSubmitted
from shared.events.services import ServiceAccepted, ServiceCompleted, ServicePaused, ServiceResumed

BAD = frozenset(
    {"1", "2"}
)  # 不满意 and 非常不满意: the levels of a 差评, and the first digits of its reasons.


def make_draft(gives: str, said: Said, private: Private) -> Draft | Fault:
    """Make what a record of the sort `gives` becomes, or say what in it contradicts itself."""
    return _MAKERS[gives](said, private)


def _service(said: Said) -> str:
    return service_id(said.context.source_id, said.found["project_no"])


def _accepted(said: Said, private: Private) -> Draft | Fault:
    found = said.found
    if ("promised" in found) != ("promised_unit" in found):
        lacking = "promised" if "promised_unit" in found else "promised_unit"
        place = said.place(lacking)
        return Fault(
            place, "", "promise.incomplete", "承诺时限和单位应同时填写", f"请填写字段 {place}，或都不填"
        )
    own = {name: value for name, value in found.items() if name in ServiceAccepted.model_fields}
    event = ServiceAccepted(
        **own,
        service_id=_service(said),
        source_id=said.context.source_id,
        scheme=said.context.form.scheme,
        raw=said.raw,
    )
    return draft_of(event, said, private)


def _paused(said: Said, _private: Private) -> Draft:
    found = said.found
    event = ServicePaused(
        service_id=_service(said),
        number=max(1, found.get("number", 1)),
        reason=found["reason"],
        raw_code=said.raw.get(said.place("reason"), ""),
        paused_at=found["paused_at"],
    )
    return draft_of(event, said, mark=_mark(found), numbered="number" in found)


def _resumed(said: Said, _private: Private) -> Draft:
    found = said.found
    number = max(1, found.get("number", 1))
    event = ServiceResumed(service_id=_service(said), number=number, resumed_at=found["resumed_at"])
    return draft_of(event, said, mark=_mark(found), numbered="number" in found)


def _mark(found: dict[str, Any]) -> str:
    return found["paused_at"].isoformat() if "paused_at" in found else ""


def _completed(said: Said, _private: Private) -> Draft:
    found = said.found
    event = ServiceCompleted(
        service_id=_service(said),
        completed_at=found["completed_at"],
        outcome=found.get("outcome", "other"),
        raw_code=said.raw.get(said.place("outcome"), ""),
    )
    return draft_of(event, said)


def _rating(said: Said, private: Private) -> Draft | Fault:
    found, place = said.found, said.place("level")
    contradiction = _contradiction(said)
    if contradiction is not None:
        return contradiction
    project, service = found["project_no"], max(1, found["service_number"])
    assessment = max(1, found.get("assessment_number", 1))
    truths = {name: found.get(name) == "true" for name in ("is_default", "is_named", "publish")}
    own = {name: value for name, value in found.items() if name in RatingSubmitted.model_fields}
    own |= truths | {"service_number": service, "assessment_number": assessment, "level": int(found["level"])}
    own["is_default"] |= found["channel"] == "system"  # A channel that only the system itself gives.
    own["is_named"] |= bool(private.name or private.phone)  # Who rated is known to the source: it says who.
    event = RatingSubmitted(
        **{"unit_code": "", **own},
        rating_id=rating_id(said.context.source_id, project, service, assessment),
        source_id=said.context.source_id,
        scheme=said.context.form.lists["level"].scheme,
        raw_code=said.raw.get(place, ""),
    )
    return Draft(event, content_hash(event), private, meanings=tuple(said.meanings))


def _contradiction(said: Said) -> Fault | None:
    """Find a level that its own words or reasons deny: a mapping with the scale upside down shows itself so."""
    found, place = said.found, said.place("level")
    level, code, scheme = found["level"], said.raw.get(place, ""), said.context.form.lists["level"].scheme
    told = f"{place} 的代码按代码表 {scheme} 是“{WORDS['level'][level]}”"
    remedy = "请核对该来源的满意度代码表 lists.level 是否用反（GB/T 39046 与推送接口次序相反）"
    words = found.get("level_words") or level
    if words != level:
        message = f"{told}，而 {said.place('level_words')} 是“{WORDS['level'][words]}”"
        return Fault(place, code, "rating.words_contradict", message, remedy)
    if not said.context.form.reasons_tell_level:
        return None
    for reason in found.get("reasons", ()):
        if reason[0] in WORDS["level"] and (reason[0] in BAD) != (level in BAD):
            message = f"{told}，而 {said.place('reasons')} 的 {reason} 是“{WORDS['level'][reason[0]]}”的选项"
            return Fault(place, code, "rating.reasons_contradict", message, remedy)
    return None


_MAKERS: dict[str, Callable[[Said, Private], Draft | Fault]] = {
    "accepted": _accepted,
    "paused": _paused,
    "resumed": _resumed,
    "completed": _completed,
    "rating": _rating,
    "order": order,
    "urged": urged,
    "recalled": recalled,
    "revisited": revisited,
    "approval": approval,
}
