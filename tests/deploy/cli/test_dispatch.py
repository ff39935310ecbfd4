"""`duban dispatch` and `duban rectification`, against a real gateway with the real tasks service."""

import json
from pathlib import Path

import pytest

from shared.testing import json_lines
from tests.deploy.gateways import code_of, printed, real, run

LIST = [{"canonical": "政务服务中心", "kind": "department", "aliases": ["政务中心"]}]
CSV = """item,unit_code,region,unit_id,starts_on,ends_on
1161,,,政务中心,2023-01-01,
,,610481,政务服务中心,2023-01-01,2023-12-31
"""


def written(folder: Path, text: str) -> str:
    path = folder / "directory.csv"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.slow
async def test_a_csv_is_loaded_listed_and_tried(tmp_path: Path) -> None:
    file, units = written(tmp_path, CSV), json.dumps(LIST).encode()

    async with real(tmp_path) as gateway:
        await gateway.run("units", "load", "-", "--confirm", stdin=units)
        loaded = printed(await gateway.run("dispatch", "import", file))
        again = json_lines(printed(await gateway.run("dispatch", "import", file, "--json")))
        listed = json_lines(printed(await gateway.run("dispatch", "list", "--json")))
        shown = printed(await gateway.run("dispatch", "list", "--on", "2024-06-01"))
        found = printed(await gateway.run("dispatch", "find", "--item", "116199"))
        nobody = printed(await gateway.run("dispatch", "find", "--item", "99", "--on", "2024-06-01"))

    assert loaded == "派单目录已有这 2 行\n"
    assert {one["id"] for one in again} == {one["id"] for one in listed}
    assert (shown.count("政务服务中心"), "610481" in shown) == (1, False)
    assert found.startswith("政务服务中心（u")
    assert nobody == "没有单位：登记后由督查人员派单\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("what,unit_id\n1,2\n", "dispatch.column"),
        ("item,unit_id\n", "dispatch.no_rows"),
        ("item,unit_id\n1161,没有的单位\n", "unit.unknown"),
    ],
)
async def test_a_csv_that_makes_no_sense_is_refused(tmp_path: Path, text: str, code: str) -> None:
    file = written(tmp_path, text)

    async with real(tmp_path) as gateway:
        assert code_of(await gateway.run("dispatch", "import", file)) == code


def test_a_csv_of_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "directory.csv").write_bytes("事项编码,单位\n1,甲\n".encode("gbk"))

    assert code_of(run("dispatch", "import", str(tmp_path / "directory.csv"))) == "file.not_utf8"


@pytest.mark.slow
async def test_rectifications_are_listed_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        listed = printed(await gateway.run("rectification", "list", "--overdue"))
        missing = code_of(await gateway.run("rectification", "show", "t-none"))

    assert listed.startswith("编号")
    assert missing == "rectification.not_found"
