"""What goes over the wire: the bytes of the archive, or a gap as an event, signed after Standard Webhooks 1.0.0."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.gateway.returns.ports import Seal
from services.gateway.subscriptions.domain import Outcome, Verdict, judge
from services.gateway.subscriptions.models import Delivery, Subscription
from shared.answers import Answer
from shared.calling import NoAnswer
from shared.events.envelope import Event, Meta, render
from shared.events.exchange import EventsMissed
from shared.webhooks import webhook_signature

CONTENT_TYPE = "application/cloudevents+json"
SOURCE = "/services/gateway"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the calls of one subscription; the values of `extra` are never recorded.

    Attributes:
        old_secret: Signs beside the present one until `old_until` (real time); empty for none.
    """

    secret: str
    old_secret: str
    old_until: datetime | None
    extra: Mapping[str, str]

    def headers(self, webhook_id: str, body: bytes, real_now: datetime) -> dict[str, str]:
        """Give the headers of a call that is made now."""
        stamp = int(real_now.timestamp())
        secrets = [self.secret]
        if self.old_secret and self.old_until is not None and real_now < self.old_until:
            secrets.append(self.old_secret)
        signatures = [webhook_signature(secret, webhook_id, stamp, body) for secret in secrets]
        return {
            **self.extra,
            "content-type": CONTENT_TYPE,
            "webhook-id": webhook_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": " ".join(signatures),
        }


def signer_of(subscription: Subscription, seal: Seal) -> Signer:
    """Open what signs the calls of a subscription."""
    old = seal.open(subscription.old_secret).decode() if subscription.old_secret is not None else ""
    extra = json.loads(seal.open(subscription.headers)) if subscription.headers is not None else {}
    return Signer(seal.open(subscription.secret).decode(), old, subscription.old_until, extra)


def verdict_of(answer: Answer | NoAnswer, signer: Signer) -> Verdict:
    """Say what a call came to."""
    if isinstance(answer, NoAnswer):
        return Verdict(Outcome.FAILED, detail=answer.detail)
    return judge(answer, signer.secret)


def message_of(row: Delivery, payload: bytes | None) -> bytes:
    """Give the bytes of a delivery; where retention has passed over its event since, it is a gap of one position."""
    if payload is not None and row.gap_from is None:
        return payload
    first = row.gap_from or row.position
    event = EventsMissed(subscription=row.subscription, first=first, last=row.position)
    return single(event, row.webhook_id, row.queued_at)


def single(event: Event, name: str, time: datetime) -> bytes:
    """Write an event that stands in no stream and goes to one subscriber alone."""
    return render(event, meta=Meta(id=name, source=SOURCE, time=time), sequence=0)
