"""`duban notice channels`: their file is checked, and one message is sent, without a running service."""

import json
from pathlib import Path

import pytest
import typer

from deploy.cli import channels
from shared.errors import DubanError
from shared.testing import json_lines
from tests.notify.channels.doubles import http_double
from tests.notify.channels.made import settings_of, written
from tests.notify.channels.test_config import KINDS


def run(*words: str) -> int:
    """Run the command in this process; give its exit code."""
    try:
        code = typer.main.get_command(channels.app)(list(words), standalone_mode=False)
    except typer.Exit as left:
        return left.exit_code
    return int(code or 0)


def test_a_file_is_checked_and_listed_without_its_secrets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = settings_of("email", name="mail", spare=True)
    file = written(tmp_path, settings_of("wecom_robot", name="group"), mail)

    run("check", str(file))

    assert capsys.readouterr().out == (
        "group  wecom_robot  每分钟至多20条  地址固定  群里人人可见，只发条数、编号和网址\n"
        "mail  email  每分钟至多60条  按联系人地址发送  备用：收件人的其他路线未能送出时才用；发提醒全文\n"
        "文件无误，共2个渠道，其中备用1个\n"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_note(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("check", str(written(tmp_path, settings_of(kind, name="mine"))))

    listed, total = capsys.readouterr().out.splitlines()
    assert listed.startswith(f"mine  {kind}  ")
    assert total == "文件无误，共1个渠道"


def test_the_list_comes_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("check", str(written(tmp_path, settings_of("feishu_robot"))), "--json")

    expected = {"name": "feishu_robot", "kind": "feishu_robot", "per_minute": 100, "needs_address": False}
    expected |= {"spare": False, "note": "群里人人可见，只发条数、编号和网址"}
    assert json_lines(capsys.readouterr().out) == [expected]


def test_what_is_wrong_with_a_file_is_one_line(tmp_path: Path) -> None:
    file = written(tmp_path, settings_of("wecom_robot", key=None))

    with pytest.raises(DubanError, match="渠道 wecom_robot 的 key 缺少"):
        run("check", str(file))


def test_a_test_message_says_what_came_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with http_double() as double:
        file = written(tmp_path, settings_of("wecom_robot", double.base("wecom_robot"), name="group"))
        code = run("test", "group", "--file", str(file), "--to", "@13800000000")

    (taken,) = double.taken
    assert (code, capsys.readouterr().out) == (0, "group：已送达渠道（HTTP 200）\n")
    assert "渠道测试" in taken.json["text"]["content"]
    assert taken.headers["idempotency-key"].startswith("test-")


def test_a_test_message_that_was_not_taken_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with http_double() as double:
        file = written(
            tmp_path, settings_of("wecom_robot", double.base("wecom_robot", "refuse"), name="group")
        )
        code = run("test", "group", "--file", str(file), "--json")

    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["channel"], answer["result"]) == (1, "group", "refused")
    assert "93000" in answer["detail"]


def test_an_unknown_channel_is_told_with_those_there_are(tmp_path: Path) -> None:
    file = written(tmp_path, settings_of("email", name="mail"))

    with pytest.raises(DubanError, match="没有渠道 group，有：mail"):
        run("test", "group", "--file", str(file))
