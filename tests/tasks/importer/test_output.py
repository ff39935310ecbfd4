import json

import pytest

from services.tasks.importer import document_of, parse, to_json_lines


def test_records_are_one_json_object_a_line_with_iso_dates() -> None:
    parsed = parse(document_of("a.txt", "某市2023年方案\n1.甲。（责任单位：甲局，6月底前完成）\n"))

    (line,) = to_json_lines(parsed.tasks)

    task = json.loads(line)
    assert (task["responsible"], task["deadline"], task["lines"]) == (["甲局"], "2023-06-30", [2, 2])


@pytest.mark.parametrize("other", ["text", int])
def test_what_is_no_record_is_refused(other: object) -> None:
    with pytest.raises(TypeError, match="no record"):
        list(to_json_lines([other]))
