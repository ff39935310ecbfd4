import pytest

from services.tasks.importer.units import guess_kind, is_collective, looks_like_unit, resolve, split_units


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("市税务局，各县、市、区政府", ("市税务局", "各县、市、区政府")),
        ("甲局、各市、各县、区政府", ("甲局", "各市", "各县、区政府")),
        ("市人社局、市民政局等市直单位", ("市人社局", "市民政局", "市直单位")),
        ("市场监管总局等国务院相关部门及各地区", ("市场监管总局", "国务院相关部门", "各地区")),
        ("团市委等部门和有关镇街", ("团市委", "有关镇街")),
        ("市税务局等和各区人民政府", ("市税务局", "各区人民政府")),
        ("市财政局（除注明分别牵头外，列第一位的牵头，下同）", ("市财政局",)),
        ("市林长制办（市林业局）", ("市林长制办（市林业局）",)),
        ("甲局、乙局，丙办;丁委", ("甲局", "乙局", "丙办", "丁委")),
        ("甲部及各相关部门", ("甲部", "各相关部门")),
        ("市教育局以及市财政局", ("市教育局", "市财政局")),
        ("市教育局和市财政局", ("市教育局", "市财政局")),
        ("市住房和城乡建设局", ("市住房和城乡建设局",)),
        ("各县区党委和政府", ("各县区党委和政府",)),
        ("甲局等部门", ("甲局",)),
        ("甲局等12个部门", ("甲局",)),
        ("甲局等相关部门", ("甲局", "相关部门")),
        ("等有关部门", ("有关部门",)),
        ("甲局、乙局按职责分工负责", ("甲局", "乙局")),
        ("甲局、乙局等按照职责分工负责", ("甲局", "乙局")),
        ("各市、县政府，省政府有关部门", ("各市、县政府", "省政府有关部门")),
        ("各县（市、区）人民政府、某新区管委会", ("各县（市、区）人民政府", "某新区管委会")),
        ("由甲局", ("甲局",)),
        ("甲局、甲局", ("甲局",)),
        ("市教育局 市财政局", ("市教育局", "市财政局")),
        ("市教 育局", ("市教育局",)),
        ("", ()),
        ("、，", ()),
    ],
)
def test_a_list_of_units_is_split_into_names_without_tails(printed: str, names: tuple[str, ...]) -> None:
    assert split_units(printed) == names


def test_an_endless_piece_is_left_whole() -> None:
    assert len(split_units("甲及" * 500)) == 1


@pytest.mark.parametrize(
    "name", ["市发改委", "省教育厅", "各县（市、区）", "某供电公司", "团市委", "政务中心", "各街道"]
)
def test_unit_names_look_like_units(name: str) -> None:
    assert looks_like_unit(name)


@pytest.mark.parametrize("name", ["", "甲", "建立健全工作机制", "完成投资30亿元", "加强领导。市发改委"])
def test_prose_does_not_look_like_a_unit(name: str) -> None:
    assert not looks_like_unit(name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("各直属国有企业", "soe"),
        ("各相关部门", "collective"),
        ("国网某供电分公司", "external"),
        ("政务中心", "centre"),
        ("各县（市、区）政府", "collective"),
        ("某县人民政府", "government"),
        ("市财政局", "department"),
        ("某某", "unknown"),
    ],
)
def test_the_kind_of_a_unit_is_guessed_by_its_words(name: str, kind: str) -> None:
    assert guess_kind(name) == kind


def test_collectives_are_known_by_their_words() -> None:
    assert is_collective("各相关部门")
    assert not is_collective("市财政局")


def test_an_alias_resolves_to_its_canonical_name_and_others_stay() -> None:
    aliases = {"发改委": "发展和改革委员会"}

    assert resolve("发 改委", aliases) == "发展和改革委员会"
    assert resolve("财政局", aliases) == "财政局"
