"""The facts of the 2023 plans of 泾河新城, as `duban catalogue build` writes them and `duban up` loads them."""

from pathlib import Path

CATALOGUE = Path(__file__).resolve().parent
UNITS_FILE = CATALOGUE / "units.json"
