"""A backup that was changed is never restored: the first bad file is named, and nothing is left behind."""

import shutil
from pathlib import Path

import pytest

from deploy.backup.manifest import NAME, VOUCHER, read_manifest, voucher_of
from deploy.backup.restoring import restore
from deploy.backup.taking import ATTACHMENTS
from shared.errors import Conflict, DubanError
from tests.deploy.backup.installations import HASH, backed_up, installed

CONTENT = f"{ATTACHMENTS}/{HASH[:2]}/{HASH}"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take one backup for all tests."""
    folder = tmp_path_factory.mktemp("taken")
    backed_up(installed(folder / "data"), folder / "copy")
    return folder / "copy"


@pytest.fixture
def copy(taken: Path, tmp_path: Path) -> Path:
    return shutil.copytree(taken, tmp_path / "copy")


def refusal(folder: Path) -> tuple[str, str]:
    """Restore; give the code and the field of the refusal, which has to leave nothing."""
    with pytest.raises(DubanError) as refused:
        restore(folder / "copy", folder / "new")
    assert {path.name for path in folder.iterdir()} == {"copy"}
    return refused.value.code, refused.value.field


def forge(copy: Path, old: str, new: str) -> None:
    """Change the manifest together with what vouches for it."""
    text = (copy / NAME).read_text()
    assert old in text
    (copy / NAME).write_text(text.replace(old, new))
    (copy / VOUCHER).write_text(voucher_of((copy / NAME).read_text()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tasks.db", "gateway.db", "mode", CONTENT, NAME])
def test_one_flipped_bit_is_named(tmp_path: Path, copy: Path, name: str) -> None:
    file = copy / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    assert refusal(tmp_path) == ("backup.damaged", name)


def test_a_manifest_that_is_no_text_is_damaged(tmp_path: Path, copy: Path) -> None:
    (copy / NAME).write_bytes(b"\xff")

    assert refusal(tmp_path) == ("backup.damaged", NAME)


def test_a_file_that_is_missing_is_named(tmp_path: Path, copy: Path) -> None:
    (copy / CONTENT).unlink()

    assert refusal(tmp_path) == ("backup.damaged", CONTENT)


@pytest.mark.parametrize("name", [NAME, VOUCHER])
def test_without_its_manifest_it_is_no_backup(tmp_path: Path, copy: Path, name: str) -> None:
    (copy / name).unlink()

    assert refusal(tmp_path) == ("backup.incomplete", NAME)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"format": 1', '"format": 2', "backup.format"),
        ('"path": "mode"', '"path": "../mode"', "backup.format"),
        ('"path": "mode"', '"path": "/etc/passwd"', "backup.format"),
        ('"notify": "0', '"notify": "9', "backup.newer"),
    ],
)
def test_what_this_version_can_not_restore_is_refused(
    tmp_path: Path, copy: Path, old: str, new: str, code: str
) -> None:
    forge(copy, old, new)

    assert refusal(tmp_path)[0] == code


def test_a_directory_in_use_is_not_overwritten_and_an_empty_one_is_taken(tmp_path: Path, copy: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(Conflict, match="不是空目录"):
        restore(copy, copy)

    assert restore(copy, tmp_path / "empty") == read_manifest(copy)
    assert (tmp_path / "empty" / "tasks.db").exists()
