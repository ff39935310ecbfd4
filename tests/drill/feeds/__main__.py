"""Plays the year and keeps its folder: `python -m tests.drill.feeds FOLDER FEEDS`."""

import asyncio
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.drill.feeds.made import Size
from tests.drill.feeds.persons import planted as people
from tests.drill.feeds.planted import Office
from tests.drill.feeds.play import Play, open_house, register_sources, register_units


def main() -> None:
    folder, feeds = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True)
    house = open_house(folder)
    units = asyncio.run(register_units(house))
    began = time.monotonic()
    house.start()
    try:
        register_sources(house, units)
        with (folder / "raw.ndjson").open("w", encoding="utf-8") as raw:
            play = Play(house, Size(feeds), people(), Office(house), raw)
            play.run()
        print(time.monotonic() - began, play.marks[-1])
    finally:
        (folder / "marks.json").write_text(json.dumps([asdict(one) for one in play.marks], default=str))
        house.stop()


main()
