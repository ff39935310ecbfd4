from pathlib import Path

import pytest

from services.tasks.importer import UnreadableDocument, document_of, read_document
from services.tasks.importer.reading import MAX_BYTES


def refused(path: Path) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_document(path)
    assert path.name in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes("某市方案\r\n一、任务\r".encode(encoding))

    document = read_document(path)

    assert (document.kind, document.lines) == ("txt", ("某市方案", "一、任务", ""))


def test_markdown_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.MD"
    path.write_text("# 某市方案\n", encoding="utf-8")

    assert read_document(path).kind == "md"


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    assert "请检查路径" in refused(tmp_path / "missing.txt")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()

    assert "不是文件" in refused(tmp_path / "folder.txt")


@pytest.mark.parametrize("name", ["plan.pdf", "plan"])
def test_an_unknown_type_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    assert ".docx" in refused(tmp_path / name)


@pytest.mark.parametrize("payload", [b"", b" \n\t\r\n"])
def test_an_empty_file_is_refused(tmp_path: Path, payload: bytes) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(payload)

    assert "没有文字" in refused(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(bytes(range(256)) * 4 + b"\xff")

    assert "UTF-8" in refused(path)


def test_text_with_null_characters_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes("甲\0乙".encode() + b"\0")

    assert "UTF-8" in refused(path)


def test_a_file_beyond_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    assert str(MAX_BYTES + 1) in refused(path)


def test_a_text_at_hand_is_a_document_too() -> None:
    assert document_of("a.md", "一\n二", "md").lines == ("一", "二")
