"""`duban feed …` against a real gateway: sources, a dry run, sending, refused records, reconciliation, a folder."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import Result

from deploy.cli.client import connect
from deploy.cli.feed_files import Target, send_file
from deploy.cli.feed_folder import sweep
from shared.errors import Invalid, Unavailable
from shared.testing import json_lines
from tests.deploy.gateways import Real, code_of, json_answer, made_up, printed, real, run
from tests.gateway.feeds.ordering import NAME, as_csv, one_order
from tests.gateway.feeds.sending import as_shandong, facts, one_rating, one_service, workbook
from tests.gateway.world import ndjson

SETTING = {"name": "市民中心", "form": "push-shandong"}
RECORDS = [one for fact in facts(3) for one in as_shandong(fact)]


def written(folder: Path, name: str, content: object) -> str:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    os.utime(file, (0, 0))  # Long ago: nobody writes it any more.
    return str(file)


async def ops(gateway: Real, *arguments: str) -> Result:
    return await gateway.run("feed", *arguments, role="ops")


async def feed(gateway: Real, *arguments: str) -> Result:
    return await gateway.run("feed", *arguments, role="feed")


async def set_up(gateway: Real, folder: Path, **more: Any) -> None:  # noqa: ANN401 - the fields of a source.
    printed(await ops(gateway, "set", "hall", written(folder, "source.json", SETTING | more)))


@pytest.mark.slow
async def test_a_source_is_set_tried_sent_to_and_reconciled(tmp_path: Path) -> None:
    file = written(tmp_path, "day.xlsx", workbook({"办件": RECORDS[:2], "评价": [one_rating()]}))
    day = "2023-06-20"
    async with real(tmp_path) as gateway:
        await set_up(gateway, tmp_path)
        listed = printed(await ops(gateway, "sources"))
        tried = printed(await ops(gateway, "try", file, "--source", "hall"))
        sent = printed(await feed(gateway, "send", file, "--source", "hall"))
        again = json_lines(printed(await feed(gateway, "send", file, "--source", "hall", "--json")))
        (told,) = json_lines(printed(await ops(gateway, "reconcile", "--source", "hall", "--json")))
        day = told["day"]
        stated = ["reconcile", "--source", "hall", "--day", day, "--stated", "4"]
        shown = printed(await feed(gateway, *stated))

    assert ("hall" in listed, "push-shandong" in listed, "启用" in listed) == (True, True, True)
    assert "没有报送" in tried
    assert "按 gbt39046 为“即办件”" in tried or "按 gbt39046 为“承诺件”" in tried
    assert (sent.splitlines()[0], {one["outcome"] for one in again}) == ("收到 3，收下 3", {"repeated"})
    assert (told["received"], told["repeated"], shown.split()[-1]) == (6, 3, "-1")


@pytest.mark.slow
async def test_an_export_of_the_hotline_is_tried_and_sent(tmp_path: Path) -> None:
    row = one_order(回访时间="2023-06-03 09:00:00", 是否解决="未解决", 是否满意="不满意")
    file = written(tmp_path, "orders.csv", as_csv([row]))
    async with real(tmp_path) as gateway:
        await set_up(gateway, tmp_path, form="hotline")
        tried = printed(await ops(gateway, "try", file, "--source", "hall"))
        sent = printed(await feed(gateway, "send", file, "--source", "hall"))

    assert "第 2 条：工单受理、工单回访" in tried
    assert "工单类型：字段 工单类型 的代码 投诉 按 words 为“投诉”" in tried
    assert "满意度名称：字段 是否满意 的代码 不满意 按 hotline 为“不满意”" in tried
    assert (NAME in tried, sent.splitlines()[0]) == (False, "收到 1，收下 1")


@pytest.mark.slow
async def test_a_sample_that_does_not_fit_is_told_and_ends_with_an_error(tmp_path: Path) -> None:
    file = written(tmp_path, "sample.json", [one_rating(pf="9"), one_rating(2, pf="9")])
    async with real(tmp_path) as gateway:
        await set_up(gateway, tmp_path)
        told = await ops(gateway, "try", file, "--source", "hall")
        as_json = await ops(gateway, "try", file, "--source", "hall", "--json")

    assert (told.exit_code, code_of(told)) == (1, "mapping.misfit")
    assert "2 条 pf 值 9：评价渠道代码不在代码表 phone_sms 中" in told.stdout
    assert json_lines(as_json.stdout)[0]["count"] == 2


@pytest.mark.slow
async def test_a_refused_record_is_listed_shown_mended_and_another_discarded(tmp_path: Path) -> None:
    file = written(tmp_path, "day.ndjson", ndjson([one_rating(pf="9"), {"a": 1}]))
    mended = written(tmp_path, "mended.json", one_rating())
    async with real(tmp_path) as gateway:
        await set_up(gateway, tmp_path)
        sent = await feed(gateway, "send", file, "--source", "hall")
        first, second = json_lines(printed(await ops(gateway, "rejects", "--source", "hall", "--json")))
        bad, other = (first, second) if first["field"] == "pf" else (second, first)
        shown = json_lines(printed(await ops(gateway, "rejects", "--show", bad["id"])))
        refused = await ops(gateway, "replay", bad["id"])
        done = printed(await ops(gateway, "replay", bad["id"], "--record", mended))
        gone = printed(await ops(gateway, "discard", other["id"], "--reason", "测试数据"))
        left = printed(await ops(gateway, "rejects"))
        all_states = printed(await ops(gateway, "rejects", "--state", ""))

    assert (sent.exit_code, "收到 2，被拒 2" in sent.stdout, "第 1 行 pf：" in sent.stdout) == (1, True, True)
    assert (json.loads(shown[0]["raw"])["pf"], code_of(refused)) == ("9", "code.unknown")
    assert ("已补收：hall.370000000001.1" in done, "已作废" in gone, left) == (True, True, "没有被拒记录\n")
    assert ("replayed" in all_states, "discarded" in all_states) == (True, True)


async def test_a_single_record_that_is_refused_is_told_as_any_other(tmp_path: Path) -> None:
    file = written(tmp_path, "one.json", one_rating(pf="9"))
    async with real(tmp_path) as gateway:
        await set_up(gateway, tmp_path)
        sent = await feed(gateway, "send", file, "--source", "hall")

    assert (sent.exit_code, "收到 1，被拒 1" in sent.stdout, "（code.unknown，rej-" in sent.stdout) == (
        1,
        True,
        True,
    )


@pytest.mark.slow
async def test_a_signed_source_is_sent_to_with_its_secret(tmp_path: Path) -> None:
    file, secret = written(tmp_path, "one.json", one_service()), "0123456789abcdef"
    async with real(tmp_path) as gateway:
        await set_up(gateway, tmp_path, signature="hmac-sha256", secret=secret)
        without = await feed(gateway, "send", file, "--source", "hall")
        sent = await feed(gateway, "send", file, "--source", "hall", "--secret", secret)

    assert (code_of(without), printed(sent)) == ("signature.missing", "收到 1，收下 1\n")


@pytest.mark.slow
async def test_files_dropped_into_a_folder_are_sent_and_moved(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir()
    for name, content in (("a.json", RECORDS), ("b.csv", b"\n"), ("c.txt", b"x"), (".d.json", b"{}")):
        written(box, name, content)
    async with real(tmp_path) as gateway:
        await set_up(gateway, tmp_path)
        first = printed(await feed(gateway, "watch", str(box), "--source", "hall", "--once"))
        written(box, "a.json", [one_rating(pf="9", name="张三")])
        (again,) = json_lines(
            printed(await feed(gateway, "watch", str(box), "--source", "hall", "--once", "--json"))
        )

    assert [line.split()[0] for line in first.splitlines()] == ["a.json", "b.csv"]
    assert sorted(one.name for one in box.iterdir()) == [".d.json", "c.txt", "done", "failed"]
    assert (again["moved_to"], again["rejected"]) == (str(box / "done" / "a.2.json"), 1)
    told = (box / "done" / "a.2.json.answer.json").read_text("utf-8")
    assert ("code.unknown" in told, "张三" in told) == (True, False)
    assert json.loads((box / "failed" / "b.csv.answer.json").read_text("utf-8"))["code"] == "csv.header"


def test_while_the_gateway_is_down_a_dropped_file_stays(tmp_path: Path) -> None:
    written(tmp_path, "a.json", RECORDS)

    told = run("feed", "watch", str(tmp_path), "--source", "hall", "--once")

    assert (code_of(told), [one.name for one in tmp_path.iterdir()]) == ("gateway.down", ["a.json"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("send", "{folder}/none.json", "--source", "hall"), "file.unreadable"),
        (("send", "{folder}/none.doc", "--source", "hall"), "file.type_unknown"),
        (("watch", "{folder}/none", "--source", "hall"), "folder.missing"),
        (("reconcile", "--stated", "3"), "reconcile.which"),
    ],
)
def test_what_can_not_be_done_is_one_clear_error(
    tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    assert code_of(run("feed", *(one.format(folder=tmp_path) for one in arguments))) == code


def too_fast(status: int = 429) -> httpx.Response:
    body = {"code": "feed.too_fast", "title": "慢一点", "status": status, "retry_after": 3}
    return httpx.Response(status, json=body)


def test_a_long_file_goes_in_pieces_and_waits_where_it_is_told(tmp_path: Path) -> None:
    file = Path(written(tmp_path, "long.ndjson", b"\n".join([b"{}"] * 5001)))
    counts = {"received": 1, "accepted": 0, "corrected": 0, "repeated": 0, "ignored": 0, "conflict": 0}
    answer = counts | {"rejected": 1, "records": [{"line": 1, "outcome": "rejected"}]}
    answers, waits = (
        [too_fast(), httpx.Response(200, json=answer), httpx.Response(200, json=answer)],
        list[float](),
    )
    with made_up(lambda _: answers.pop(0)) as gateway, connect(gateway.url, "k") as client:
        done = send_file(client, file, Target("hall"), wait=waits.append)

    assert (done["received"], [one["line"] for one in done["records"]], waits) == (2, [1, 5001], [3.0])


def test_a_source_that_stays_too_fast_is_given_up(tmp_path: Path) -> None:
    file = Path(written(tmp_path, "a.json", b"{}"))
    with (
        made_up(lambda _: too_fast()) as gateway,
        connect(gateway.url, "k") as client,
        pytest.raises(Invalid, match="一直过忙或超速"),
    ):
        send_file(client, file, Target("hall"), wait=lambda _: None)

    assert len(gateway.asked) == 20


def test_an_empty_answer_is_told_in_words(tmp_path: Path) -> None:
    counts = dict.fromkeys(
        ("received", "accepted", "corrected", "repeated", "ignored", "conflict", "rejected"), 0
    )
    file = written(tmp_path, "a.json", b"[]")
    with made_up(json_answer(counts | {"records": []})) as gateway:
        told = run("feed", "send", file, "--source", "hall", url=gateway.url)

    assert printed(told) == "文件中没有记录\n"


@pytest.mark.slow
async def test_every_command_prints_json_where_it_is_asked(tmp_path: Path) -> None:
    file, many = written(tmp_path, "a.json", RECORDS), [{"a": number} for number in range(60)]
    async with real(tmp_path) as gateway:
        source = written(tmp_path, "source.json", SETTING)
        made = json_lines(printed(await ops(gateway, "set", "hall", source, "--json")))
        listed = json_lines(printed(await ops(gateway, "sources", "--json")))
        tried = json_lines(printed(await ops(gateway, "try", file, "--source", "hall", "--json")))
        sent = await feed(gateway, "send", written(tmp_path, "b.json", many), "--source", "hall")
        (reject, *_) = json_lines(printed(await ops(gateway, "rejects", "--json")))
        record = written(tmp_path, "c.json", one_service())
        done = json_lines(printed(await ops(gateway, "replay", reject["id"], "--record", record, "--json")))
        day = printed(await ops(gateway, "reconcile"))

    assert (made[0]["id"], len(listed), len(tried), done[0]["outcome"]) == (
        "hall",
        4,
        len(RECORDS),
        "accepted",
    )
    assert ("其余 10 条" in sent.stdout, day.splitlines()[1].split()[-3:]) == (True, ["59", "—", "—"])


def test_a_watched_folder_is_looked_at_again_when_the_gateway_was_down(tmp_path: Path) -> None:
    written(tmp_path, "a.json", b"[]")
    counts = dict.fromkeys(
        ("received", "accepted", "corrected", "repeated", "ignored", "conflict", "rejected"), 0
    )
    answers = [httpx.Response(503, json={"code": "x", "title": "稍后", "status": 503})]

    def answer(_: httpx.Request) -> httpx.Response:
        return answers.pop() if answers else httpx.Response(200, json=counts | {"records": []})

    with made_up(answer) as gateway, connect(gateway.url, "k") as client:
        with pytest.raises(Unavailable):
            list(sweep(client, tmp_path, Target("hall")))
        (told,) = sweep(client, tmp_path, Target("hall"))

    assert (told["file"], sorted(one.name for one in tmp_path.iterdir())) == ("a.json", ["done"])
