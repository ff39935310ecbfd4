"""Writes the JSON of every dashboard into `dashboards/`; a test holds it against this description."""

from pathlib import Path

from deploy.grafana.boards import BOARDS
from deploy.grafana.layout import to_json

FOLDER = Path(__file__).with_name("dashboards")


def main() -> int:
    """Write all dashboards; gives the exit code."""
    for board in BOARDS:
        (FOLDER / f"{board.uid}.json").write_text(to_json(board), "utf-8")
    print(f"duban: {len(BOARDS)} dashboards written to {FOLDER}")
    return 0


if __name__ == "__main__":
    main()
