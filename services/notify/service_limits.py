"""Keeps the limits of channels, whoever sends: what has no room in this minute waits and uses up no try.

Invariant: the messages that one attempt takes are written down before its channel is called and count for sixty seconds
from when it was over, across replicas and restarts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository_attempts, repository_calls, repository_claims, repository_parcels
from services.notify.domain import Outcome, Result
from services.notify.domain_shipments import Load, Packing, kept_for_urgent, loads_of, share_out, shipment_id
from services.notify.ports import Group, Limited, Parcel

# Real time from the begin of attempts; what then had no turn is held. With the longest call behind it (three pieces of
# 18 seconds) an attempt ends before it counts as lost.
HAND_OVER_FOR = timedelta(seconds=5)


async def within_limits(
    session: AsyncSession, parcels: Sequence[Parcel], channels: Mapping[str, Limited], real_now: datetime
) -> Sequence[Parcel]:
    """Give the parcels, of attempts that have just begun, that leave now; the others wait again for their minute.

    Where more wait for a group than it lets out, those that would have to wait are told in one message, a shipment;
    what goes to one person's address always is.
    """
    leaving = [one for one in parcels if one.channel not in channels]
    for name in sorted({one.channel for one in parcels if one.channel in channels}):
        mine = [one for one in parcels if one.channel == name]
        leaving += await _let_out(session, channels[name], mine, real_now)
    return leaving


async def _let_out(
    session: AsyncSession, channel: Limited, parcels: Sequence[Parcel], real_now: datetime
) -> list[Parcel]:
    await repository_claims.lock_channel(session, channel.name)
    calls = await repository_calls.last_minute(session, channel.name, real_now)
    packing = _packing(channel)
    parcels = await _parted(session, parcels, packing)
    room, kept = channel.per_minute - sum(one.messages for one in calls), kept_for_urgent(channel.per_minute)
    share = share_out(parcels, room, packing, kept=kept)
    loads = [await _shipped(session, load) for load in share.loads]
    over_by = real_now + HAND_OVER_FOR
    for load in loads:
        cost = packing.cost(load)
        await repository_calls.add_call(session, channel.name, _key(load[0]), at=over_by, messages=cost)
    if share.held:
        opens_at = min([real_now, *(one.at for one in calls)]) + repository_calls.MINUTE
        held = [(one.id, one.number) for one in share.held]
        await repository_attempts.hold_attempts(session, held, opens_at)
    return [one for load in loads for one in load]


def _packing(channel: Limited) -> Packing[Parcel]:
    if isinstance(channel, Group):
        return Packing(channel.messages, channel.pack, always=channel.needs_address)
    return Packing(lambda _: 1)


async def _parted(
    session: AsyncSession, parcels: Sequence[Parcel], packing: Packing[Parcel]
) -> Sequence[Parcel]:
    """Part what was told together to one person and goes to different ones now, as after a hand-over."""
    if packing.pack is None or not packing.always:
        return parcels
    shipped = loads_of(one for one in parcels if one.shipment)
    apart = {load[0].shipment for load in shipped if len(packing.pack(load)) > 1}
    if apart:
        await repository_parcels.ship_together(
            session, [one.id for one in parcels if one.shipment in apart], None
        )
    return [replace(one, shipment="") if one.shipment in apart else one for one in parcels]


async def _shipped(session: AsyncSession, load: Load[Parcel]) -> Load[Parcel]:
    """Make a shipment of parcels that leave together for the first time."""
    if len(load) == 1 or load[0].shipment:
        return load
    ids = [one.id for one in load]
    shipment = shipment_id(ids)
    await repository_parcels.ship_together(session, ids, shipment)
    return [replace(one, shipment=shipment) for one in load]


def _key(parcel: Parcel) -> repository_calls.Key:
    return parcel.shipment or parcel.id, parcel.number


async def settle(
    session: AsyncSession, outcomes: Iterable[tuple[Parcel, Outcome]], real_now: datetime
) -> None:
    """Count calls of channels with a limit from when they were over, and those that were not made not at all."""
    held, made = set[repository_calls.Key](), set[repository_calls.Key]()
    for parcel, outcome in outcomes:
        (held if outcome.result is Result.HELD else made).add(_key(parcel))
    if held:
        await repository_calls.forget_calls(session, held)
    if made:
        await repository_calls.end_calls(session, made, real_now)
