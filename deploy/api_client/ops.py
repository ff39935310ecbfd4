"""/ops of the API (运维、存证).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, Json, JsonObject, Model, in_path


class TrimBody(Model):
    """What to remove: all up to the last anchor of a day up to `before`; without `confirm` nothing is removed."""

    before: dt.date
    confirm: bool = False


class Acceptance(Model):
    """What a person says when giving events up: which, and why."""

    first: int
    last: int
    reason: str


class AcceptedGap(Model):
    """A gap that a person gave up.

    Attributes:
        accepted_by: Id of the key.
        accepted_at: Real time.
    """

    accepted_at: dt.datetime
    accepted_by: str
    feed: str
    first: int
    last: int
    reason: str


class DeadEvent(Model):
    """A parked or dead event, as operations see it.

    Attributes:
        text: Its bytes; what is no UTF-8 is shown as escapes.
    """

    attempts: int
    dead: bool
    feed: str
    next_try_at: dt.datetime
    parked_at: dt.datetime
    reason: str
    sequence: int
    subject: str
    text: str
    type: str


class OpenGap(Model):
    """Events that are in no stream and no history, and behind which the reading of a feed has stopped."""

    feed: str
    first: int
    last: int


class Repaired(Model):
    """What repair found and did with one stream.

    Attributes:
        removed: Foreign entries that were taken out, as `id: fields`.
        refilled: Outbox rows that were taken back from the stream or the archive.
        renumbered: Committed events that got new sequence numbers, because theirs had been given before.
        rebuilt: Whether the stream was built anew; the relay and the groups go on from where it ends.
        unknown: Numbers that were given to events which nobody has any more.
    """

    feed: str
    rebuilt: bool = False
    refilled: int = 0
    removed: list[str] = Field(default_factory=list)
    renumbered: int = 0
    unknown: list[int] = Field(default_factory=list)


class TasksState(Model):
    """What operations see of a bus.

    Attributes:
        active: Whether this replica holds the lease.
        relays: The last sequence that is in Redis, for each stream that the service owns.
        cursors: The last sequence that is settled, for each stream that its group reads.
        caught_up_at: When (business time) the group had last read everything, for each stream.
    """

    active: bool
    caught_up_at: dict[str, dt.datetime | None]
    cursors: dict[str, int]
    group: str
    holder: str
    problems: list[str]
    relays: dict[str, int]


class DeadEvents(Model):
    """A list of dead events."""

    items: list[DeadEvent]


class KnownGaps(Model):
    """The gaps before which reading has stopped, and those that people gave up."""

    accepted: list[AcceptedGap]
    open: list[OpenGap]


class OpsApi:
    """/ops of the API (运维、存证)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_ops_gateway_archive_verify(self, *, from_: int | None = None, to: int | None = None) -> Json:
        """验证档案的哈希链: GET /api/v1/ops/gateway/archive/verify."""
        return self.calls.ask(
            Json, "GET", "/api/v1/ops/gateway/archive/verify", query={"from": from_, "to": to}
        )

    def post_ops_gateway_archive_trim(
        self, body: TrimBody | JsonObject, *, idempotency_key: str | None = None
    ) -> JsonObject:
        """按存证移除最早的事件；confirm=false 只试算: POST /api/v1/ops/gateway/archive/trim."""
        return self.calls.ask(
            JsonObject,
            "POST",
            "/api/v1/ops/gateway/archive/trim",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_ops_by_service_bus(self, *, service: str) -> TasksState:
        """查看总线状态: GET /api/v1/ops/{service}/bus."""
        return self.calls.ask(TasksState, "GET", f"/api/v1/ops/{in_path(service)}/bus")

    def post_ops_by_service_bus_repair(
        self, *, service: str, idempotency_key: str | None = None
    ) -> list[Repaired]:
        """修复总线: POST /api/v1/ops/{service}/bus/repair."""
        return self.calls.ask(
            list[Repaired],
            "POST",
            f"/api/v1/ops/{in_path(service)}/bus/repair",
            headers={"Idempotency-Key": idempotency_key},
        )

    def get_ops_by_service_bus_gaps(self, *, service: str) -> KnownGaps:
        """列出无法补齐的缺口: GET /api/v1/ops/{service}/bus/gaps."""
        return self.calls.ask(KnownGaps, "GET", f"/api/v1/ops/{in_path(service)}/bus/gaps")

    def post_ops_by_service_bus_gaps_by_feed(
        self, body: Acceptance | JsonObject, *, feed: str, service: str, idempotency_key: str | None = None
    ) -> AcceptedGap:
        """放弃无法补齐的事件，记录原因: POST /api/v1/ops/{service}/bus/gaps/{feed}."""
        return self.calls.ask(
            AcceptedGap,
            "POST",
            f"/api/v1/ops/{in_path(service)}/bus/gaps/{in_path(feed)}",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_ops_by_service_dead(
        self, *, service: str, feed: str | None = None, waiting: bool | None = None, limit: int | None = None
    ) -> DeadEvents:
        """列出死信: GET /api/v1/ops/{service}/dead."""
        return self.calls.ask(
            DeadEvents,
            "GET",
            f"/api/v1/ops/{in_path(service)}/dead",
            query={"feed": feed, "waiting": waiting, "limit": limit},
        )

    def get_ops_by_service_dead_by_feed_by_sequence(
        self, *, feed: str, sequence: int, service: str
    ) -> DeadEvent:
        """查看死信: GET /api/v1/ops/{service}/dead/{feed}/{sequence}."""
        return self.calls.ask(
            DeadEvent, "GET", f"/api/v1/ops/{in_path(service)}/dead/{in_path(feed)}/{in_path(sequence)}"
        )

    def post_ops_by_service_dead_by_feed_by_sequence_replay(
        self, *, feed: str, sequence: int, service: str, idempotency_key: str | None = None
    ) -> None:
        """重放死信: POST /api/v1/ops/{service}/dead/{feed}/{sequence}/replay."""
        self.calls.fetch(
            "POST",
            f"/api/v1/ops/{in_path(service)}/dead/{in_path(feed)}/{in_path(sequence)}/replay",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_ops_by_service_dead_by_feed_by_sequence_discard(
        self, *, feed: str, sequence: int, service: str, idempotency_key: str | None = None
    ) -> None:
        """丢弃死信: POST /api/v1/ops/{service}/dead/{feed}/{sequence}/discard."""
        self.calls.fetch(
            "POST",
            f"/api/v1/ops/{in_path(service)}/dead/{in_path(feed)}/{in_path(sequence)}/discard",
            headers={"Idempotency-Key": idempotency_key},
        )
