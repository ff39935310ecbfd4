"""`duban dispatch …`: the dispatch directory 派单目录, listed, loaded from a csv, and tried; through the gateway."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_file, show, show_json
from deploy.cli.instants import read_day
from deploy.cli.tables import table
from shared.errors import Invalid

if TYPE_CHECKING:
    from deploy.api_client.dispatch_rules import RuleView
    from deploy.api_client.units import UnitOut

app = typer.Typer(no_args_is_help=True)
HEADS = ("用途", "事项编码前缀", "单位代码", "区划前缀", "承办单位", "起", "止", "编号")
# Heads that a csv may have, and what they mean; those of the API stand for themselves.
COLUMNS = {
    "用途": "purpose",
    "事项编码前缀": "item",
    "事项编码": "item",
    "单位代码": "unit_code",
    "区划前缀": "region",
    "区划": "region",
    "承办单位": "unit_id",
    "单位": "unit_id",
    "起": "starts_on",
    "止": "ends_on",
}
PURPOSES = {"service": "差评和超时办件", "approval": "审批结果"}
MEANT = {words: code for code, words in PURPOSES.items()}
KNOWN = frozenset(COLUMNS.values())


@app.command("list")
def list_rules(
    *,
    on: Annotated[str, typer.Option(help="Only what holds on this day (YYYY-MM-DD).")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List the directory."""
    with connect(url, key) as client:
        rules = client.calls.every(client.dispatch_rules.get_dispatch_rules, on=read_day(on, field="on"))
    if as_json:
        show_json(rules)
        return
    for line in table(HEADS, (_row(one) for one in rules)):
        show(line)


def _row(rule: "RuleView") -> tuple[str, ...]:
    unit = f"{rule.unit_name}（{rule.unit_id}）"
    about = (rule.item, rule.unit_code, rule.region)
    purpose = PURPOSES[rule.purpose]
    return (
        purpose,
        *(one or "—" for one in about),
        unit,
        str(rule.starts_on),
        str(rule.ends_on or ""),
        rule.id,
    )


@app.command("import")
def import_rules(
    file: Annotated[
        Path,
        typer.Argument(
            help="csv, UTF-8, with heads: purpose,item,unit_code,region,unit_id,starts_on,ends_on; - reads input."
        ),
    ],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Add the rows of a csv, all or none; a unit may stand by its id, name or alias. Safe to repeat."""
    content = read_file(file)
    rows = read_rows(content)
    with connect(url, key) as client:
        meant = _units(client.units.get_units())
        for number, row in rows:
            row["unit_id"] = _unit(meant, row.get("unit_id", ""), number)
        body = {"rules": [row for _, row in rows]}
        rules = client.dispatch_rules.post_dispatch_rules(body)
    if as_json:
        show_json(rules)
        return
    show(f"派单目录已有这 {len(rules)} 行")


def read_rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Read the rows of a csv with their line numbers; empty cells are left out.

    Raises:
        Invalid: It is no UTF-8, has no rows, or a head is unknown.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "派单目录文件不是 UTF-8 文本，请转换后再导入", code="file.not_utf8", field="file"
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    names = {head: COLUMNS.get(head.strip(), head.strip()) for head in reader.fieldnames or ()}
    if unknown := next((head for head, name in names.items() if name not in KNOWN), None):
        known = "、".join(sorted(KNOWN))
        raise Invalid(f"文件有未知的列“{unknown}”，可用：{known}", code="dispatch.column", field="file")
    rows = [(reader.line_num, _cells(row, names)) for row in reader]
    if not rows:
        raise Invalid("派单目录文件没有数据行，请核对", code="dispatch.no_rows", field="file")
    return rows


def _cells(row: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    said = {name: str(row[head] or "").strip() for head, name in names.items()}
    if "purpose" in said:
        said["purpose"] = MEANT.get(said["purpose"], said["purpose"])
    return {name: value for name, value in said.items() if value}


def _units(units: "list[UnitOut]") -> dict[str, str]:
    return {name: unit.id for unit in units for name in (unit.id, unit.name, *unit.aliases)}


def _unit(meant: dict[str, str], said: str, number: int) -> str:
    if said not in meant:
        message = f"第 {number} 行：没有单位“{said}”，请用 duban task units 查看"
        raise Invalid(message, code="unit.unknown", field="unit_id")
    return meant[said]


@app.command("find")
def find(  # noqa: PLR0913 - each is an option of the command.
    *,
    item: Annotated[str, typer.Option(help="Code of the item.")] = "",
    unit_code: Annotated[str, typer.Option("--code", help="统一社会信用代码.")] = "",
    region: Annotated[str, typer.Option(help="Code of the region.")] = "",
    purpose: Annotated[str, typer.Option(help="service for bad ratings, approval for who supervises.")] = "",
    on: Annotated[str, typer.Option(help="On this day (YYYY-MM-DD); today by default.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Say who would answer, and by which row."""
    with connect(url, key) as client:
        found = client.dispatch_rules.get_dispatch_rules_unit(
            item=item or None,
            unit_code=unit_code or None,
            region=region or None,
            purpose=purpose or None,
            on=read_day(on, field="on"),
        )
    if as_json:
        show_json([found])
    elif found.unit_id is None:
        show("没有单位：登记后由督查人员派单")
    else:
        by = "单位代码" if found.by == "code" else f"目录行 {found.by}"
        show(f"{found.unit_name}（{found.unit_id}），依据：{by}")
