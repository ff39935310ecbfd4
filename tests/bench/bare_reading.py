"""The baseline of `import.jinghe`: reads a text and prints its paragraphs, understanding nothing.

`python -m tests.bench.bare_reading FILE` prints one JSON object a line: `text` and `lines` ([first, last]).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path


def paragraphs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the runs of lines between empty ones, each with the number of its first line."""
    run: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            run.append(line.strip())
        elif run:
            yield number - len(run), run
            run = []


if __name__ == "__main__":
    for first, run in paragraphs(Path(sys.argv[1]).read_text("utf-8")):
        record = {"text": "".join(run), "lines": [first, first + len(run) - 1]}
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
