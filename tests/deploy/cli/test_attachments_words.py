"""`duban task attach` and `attachments`, against a gateway that is made up and answers as the real one does."""

from pathlib import Path

import httpx

from deploy.api_client.common import AttachmentView
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

FILE = whole(
    AttachmentView,
    id="a1",
    name="验收单.pdf",
    size=9,
    sha256="5e",
    unit_id="u1",
    withdrawn_at=None,
    withdrawn_reason="",
)
GONE = FILE | {
    "id": "a2",
    "unit_id": None,
    "withdrawn_at": "2023-06-20T01:00:00Z",
    "withdrawn_reason": "传错",
}


def list_or_content(request: httpx.Request) -> httpx.Response:
    """Give the one file in the list, and its content."""
    if request.url.path == "/api/v1/attachments/a1":
        return httpx.Response(200, content=b"%PDF-1.7\n")
    return httpx.Response(200, json=[FILE])


def test_a_file_is_sent_as_it_is_under_its_name(tmp_path: Path) -> None:
    file = tmp_path / "验收单.pdf"
    file.write_bytes(b"%PDF-1.7\n")
    with made_up(json_answer(FILE)) as gateway:
        said = printed(run("task", "attach", "t1", str(file), url=gateway.url))
        as_json = json_lines(printed(run("task", "attach", "t1", str(file), "--json", url=gateway.url)))

    sent = gateway.asked[0]
    assert gateway.paths == ["POST /api/v1/tasks/t1/attachments"] * 2
    assert (dict(sent.url.params), sent.content) == ({"filename": "验收单.pdf"}, b"%PDF-1.7\n")
    assert sent.headers["content-type"] == "application/octet-stream"
    assert (said, as_json) == ("a1  验收单.pdf  9 字节  sha256 5e\n", [FILE])


def test_a_file_that_is_not_there_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    with made_up(json_answer(FILE)) as gateway:
        result = run("task", "attach", "t1", str(tmp_path / "none.pdf"), url=gateway.url)

    assert (code_of(result), gateway.paths) == ("file.unreadable", [])


def test_a_file_that_the_gateway_refuses_has_its_code(tmp_path: Path) -> None:
    file = tmp_path / "x.exe"
    file.write_bytes(b"MZ")
    with made_up(json_answer({"code": "attachment.type_refused", "title": "类型"}, 422)) as gateway:
        result = run("task", "attach", "t1", str(file), url=gateway.url)

    assert code_of(result) == "attachment.type_refused"


def test_attachments_are_listed_with_whose_they_are_and_why_one_was_withdrawn() -> None:
    with made_up(json_answer([FILE, GONE])) as gateway:
        said = printed(run("task", "attachments", "t1", url=gateway.url))
        as_json = json_lines(printed(run("task", "attachments", "t1", "--json", url=gateway.url)))

    assert said.splitlines() == [
        "a1  验收单.pdf  9 字节  u1",
        "a2  验收单.pdf  9 字节  督查室  已撤回：传错",
    ]
    assert gateway.paths == ["GET /api/v1/tasks/t1/attachments"] * 2
    assert as_json == [FILE, GONE]


def test_attachments_are_saved_into_a_directory_that_is_made_for_them(tmp_path: Path) -> None:
    folder = tmp_path / "down" / "t1"
    with made_up(list_or_content) as gateway:
        result = run("task", "attachments", "t1", "--download", str(folder), url=gateway.url)

    assert gateway.paths == ["GET /api/v1/tasks/t1/attachments", "GET /api/v1/attachments/a1"]
    assert (folder / "a1-验收单.pdf").read_bytes() == b"%PDF-1.7\n"
    assert printed(result).splitlines()[0].startswith("a1  验收单.pdf")
    assert result.stderr.splitlines()[0] == f"已保存 {folder / 'a1-验收单.pdf'}"


def test_a_directory_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "down").write_text("a file")
    with made_up(list_or_content) as gateway:
        result = run("task", "attachments", "t1", "--download", str(tmp_path / "down"), url=gateway.url)

    assert (code_of(result), "请换 --download" in str(result.exception)) == ("invalid", True)
