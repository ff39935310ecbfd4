"""Rules about units: without a lead, unnamed, in two roles, under several names."""

from pathlib import Path

from services.tasks.importer import read_directory_file
from services.tasks.importer.unit_directory import UnitDirectory
from tests.tasks.checkup.documents import found, plan, task

DIRECTORY = '[{"canonical": "自然资源局", "kind": "department", "aliases": ["资源局"]}]'


def test_tasks_without_a_lead_are_told_by_plan_and_by_kind() -> None:
    tasks = (
        task(1),
        task(2, lead="", responsible="乙局"),
        task(3, lead="", responsible="乙局、丙局"),
        task(4, lead=""),
    )

    [finding] = found("no-lead", plan(*tasks), plan(task(1), title="某市第二方案"))

    assert finding.tasks == ("p01/2", "p01/3", "p01/4")
    assert finding.message.endswith(
        "共4项任务，3项没有牵头单位：1项没有列任何单位，1项列有多个单位而没有说由谁牵头，1项只列一个责任单位"
    )


def test_unnamed_units_are_counted_with_the_tasks_that_name_nobody_else() -> None:
    tasks = (
        task(1, responsible="各相关部门"),
        task(2, responsible="乙局、各相关部门"),
        task(3, responsible="丙局"),
    )

    [finding] = found("units-unnamed", plan(*tasks))

    assert finding.tasks == ("p01/1", "p01/2")
    assert "3项任务中2项（66.7%）" in finding.message
    assert "（“各相关部门”2项），其中1项除牵头单位外没有一个" in finding.message


def test_a_lead_that_is_not_named_is_told_by_itself() -> None:
    [finding] = found(
        "units-unnamed", plan(task(1, lead="各行业主管部门"), task(2, lead="各行业主管部门、乙局"))
    )

    assert finding.tasks == ("p01/1",)
    assert "“各行业主管部门”，没有指明" in finding.message


def test_the_units_of_a_kind_at_every_level_are_named_well_enough() -> None:
    assert found("units-unnamed", plan(task(1, lead="各级人社部门", responsible="各市政府"))) == []


def test_a_unit_that_leads_and_is_responsible_is_told() -> None:
    [finding] = found(
        "unit-in-two-roles", plan(task(1, responsible="甲局、乙局"), task(2, responsible="乙局"))
    )

    assert (finding.tasks, finding.lines) == (("p01/1",), ((9, 12),))
    assert "把甲局同时列为两种角色" in finding.message


def test_roles_told_for_parts_of_a_task_may_differ() -> None:
    told = (
        "1. 建平台。出台指南。（甲局负责）组织试点。（甲局牵头，乙局配合）6月底前普查。（乙局牵头，甲局配合）"
    )

    assert found("unit-in-two-roles", plan(told)) == []


def test_names_that_the_directory_calls_one_unit_are_told(tmp_path: Path) -> None:
    path = tmp_path / "units.json"
    path.write_text(DIRECTORY, encoding="utf-8")
    tasks = (task(1, lead="自然资源局"), task(2, lead="资源局"), task(3, lead="乙局"))

    [finding] = found("unit-names-differ", plan(*tasks), units=read_directory_file(path))

    assert finding.tasks == ("p01/2",)
    assert finding.message == "疑为同一单位而名称不一：“自然资源局”1处、“资源局”1处"


def test_a_rare_name_that_lacks_or_exchanges_the_last_character_is_told() -> None:
    names = ["财政金融部"] * 5 + ["财政金融局", "招商一部", "招商二部"]
    tasks = [task(number, lead=name) for number, name in enumerate(names, 1)]

    [finding] = found("unit-names-differ", plan(*tasks), units=UnitDirectory())

    assert (finding.tasks, finding.lines) == (("p01/6",), ((9, 11), (24, 26)))
    assert "“财政金融部”5处、“财政金融局”1处" in finding.message


def test_two_frequent_names_may_well_be_two_units() -> None:
    names = ["财政部"] * 4 + ["财政局"]
    tasks = [task(number, lead=name) for number, name in enumerate(names, 1)]

    assert found("unit-names-differ", plan(*tasks)) == []


def test_a_court_that_is_spelled_in_several_ways_is_told_with_its_counts() -> None:
    courts = ["甲阳县人民法院", "乙阳县人民法院", "甲阳县市人民法院", "丙乐区人民法院"]
    tasks = [task(number, f"积极配合{court}，做好工作。") for number, court in enumerate(courts, 1)]

    [finding] = found("institution-names-differ", plan(*tasks))

    assert finding.tasks == ("p01/1", "p01/2", "p01/3")
    assert finding.message.endswith("“甲阳县人民法院”1处、“乙阳县人民法院”1处、“甲阳县市人民法院”1处")


def test_two_neighbouring_places_named_once_each_are_no_misprint() -> None:
    tasks = (task(1, "会同甲山市人民政府做好工作。"), task(2, "会同乙山市人民政府做好工作。"))

    assert found("institution-names-differ", plan(*tasks)) == []
