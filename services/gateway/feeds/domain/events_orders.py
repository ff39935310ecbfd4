"""Makes the events of hotline orders 工单 from the fields of a record."""

from services.gateway.feeds.domain.drafts import Draft, Fault, order_id
from services.gateway.feeds.domain.said import Said, draft_of
from services.gateway.feeds.domain.targets import WORDS
from services.gateway.vault.domain import Private
from shared.events.hotline import OrderRecalled, OrderReceived, OrderRevisited, OrderUrged


def order(said: Said, private: Private) -> Draft:
    """Make an order; who called is known to the source where it says a name, a number or a certificate."""
    found = said.found
    own = {name: value for name, value in found.items() if name in OrderReceived.model_fields}
    truths = {name: found.get(name) == "true" for name in ("enterprise", "urgent", "is_named")}
    truths["enterprise"] |= found.get("enterprise_name", False)
    truths["is_named"] |= bool(private.name or private.phone or private.certificate)
    event = OrderReceived(
        **(own | truths),
        order_id=_order(said),
        source_id=said.context.source_id,
        scheme=said.context.form.lists["order_kind"].scheme,
        raw_code=said.raw.get(said.place("kind"), ""),
    )
    return draft_of(event, said, private)


def urged(said: Said, _private: Private) -> Draft:
    """Make an urge 催办."""
    event = OrderUrged(order_id=_order(said), number=_number(said), urged_at=said.found["urged_at"])
    return _numbered(event, said, "urged_at")


def recalled(said: Said, _private: Private) -> Draft:
    """Make the end of an order that its source took back 撤单."""
    return draft_of(OrderRecalled(order_id=_order(said), recalled_at=said.found["recalled_at"]), said)


def revisited(said: Said, _private: Private) -> Draft | Fault:
    """Make a visit 回访; an answer shows that the caller was reached, where the record does not say it itself."""
    contradiction = _contradiction(said)
    if contradiction is not None:
        return contradiction
    found = said.found
    level = found.get("level") or found.get("level_words")
    resolved = found.get("resolved") or None
    event = OrderRevisited(
        order_id=_order(said),
        number=_number(said),
        reached=found["reached"] == "true" if "reached" in found else bool(level or resolved),
        resolved=resolved,
        level=int(level) if level else None,
        revisited_at=found["revisited_at"],
    )
    return _numbered(event, said, "revisited_at")


def _order(said: Said) -> str:
    return order_id(said.context.source_id, said.found["order_no"])


def _number(said: Said) -> int:
    return max(1, int(said.found.get("number", 1)))


def _numbered(event: OrderUrged | OrderRevisited, said: Said, time: str) -> Draft:
    return draft_of(event, said, mark=said.found[time].isoformat(), numbered=said.found.get("number", 0) > 0)


def _contradiction(said: Said) -> Fault | None:
    """Find a level that its own words deny, and an answer of somebody who was not reached."""
    found = said.found
    level, words = found.get("level"), found.get("level_words")
    if level and words and level != words:
        place, scheme = said.place("level"), said.context.form.lists["level"].scheme
        message = (
            f"{place} 的代码按代码表 {scheme} 是“{WORDS['level'][level]}”，"
            f"而 {said.place('level_words')} 是“{WORDS['level'][words]}”"
        )
        remedy = "请核对该来源的满意度代码表 lists.level 是否用反"
        return Fault(place, said.raw.get(place, ""), "revisit.words_contradict", message, remedy)
    answers = [name for name in ("resolved", "level", "level_words") if found.get(name)]
    if found.get("reached") == "false" and answers:
        return _unreached(said, answers[0])
    return None


def _unreached(said: Said, answer: str) -> Fault:
    place, told = said.place("reached"), said.place(answer)
    code = said.raw.get(place, "")
    message = f"{place} 为否，却填写了 {told}：没有联系上就没有回答"
    return Fault(place, code, "revisit.answer_unreached", message, f"请改正 {place}，或不填 {told}")
