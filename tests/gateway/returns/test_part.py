"""The part that keeps the rounds going: a slow platform holds up no other, and a round that breaks is told."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from services.gateway.returns.domain import Step
from services.gateway.returns.service_sending import Way
from services.gateway.rounds import Rounds
from shared.calling import Caller
from shared.testing import FakeClock, sqlite_database
from tests.gateway.processes import until
from tests.gateway.returns.world import Desk, answered, desk_over, ordered, playing, rated, rectified


def desk_with(folder: Path, line: Callable[[Way], Caller] | None = None) -> Desk:
    db = sqlite_database("gateway", folder, FakeClock())
    return desk_over(db, line=line) if line else desk_over(db)


async def owe(desk: Desk, slow: str, quick: str) -> None:
    """Owe one state to each of two platforms."""
    await desk.target(slow, "push", steps=(Step.CLOSED,), timeout=5)
    await desk.target(quick, "hotline", steps=(Step.CLOSED,))
    await desk.hear(rated(), *rectified(), ordered(), *answered())


async def test_a_platform_that_hangs_holds_up_no_other(tmp_path: Path) -> None:
    desk = desk_with(tmp_path)
    with playing(lambda *_: None) as slow, playing() as quick:
        await owe(desk, slow.url, quick.url)
        part = Rounds("returns sender", desk.sender.sources, desk.sender.round)
        await part.start()
        await asyncio.to_thread(until, lambda: len(quick.kept) == 1 and len(slow.asked) == 1)
        between = await desk.states()
        slow.over.set()
        await part.stop()

    assert between[0] == "sending"
    assert (await desk.states(), part.problems()) == (["unknown", "delivered"], [])


async def test_a_round_that_breaks_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    class Closing(Caller):
        def __init__(self, way: Way) -> None:
            super().__init__(timeout=way.timeout)
            self._breaks = way.timeout == 5 and way.url.endswith("#broken")

        async def close(self) -> None:
            await super().close()
            if self._breaks:
                raise OSError("the line could not be closed")

    desk = desk_with(tmp_path, Closing)
    with playing() as broken, playing() as quick:
        await owe(desk, f"{broken.url}#broken", quick.url)
        part = Rounds("returns sender", desk.sender.sources, desk.sender.round)
        await part.start()
        await asyncio.to_thread(until, lambda: bool(part.problems()) and len(quick.kept) == 1)
        said = part.problems()
        await part.stop()

    assert said == ["returns sender: OSError: the line could not be closed"]
    assert (await desk.states())[0] == "sending"  # Until it counts as lost, and is said again.
