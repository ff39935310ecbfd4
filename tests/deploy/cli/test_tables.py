from deploy.cli.tables import table


def test_columns_are_as_wide_as_their_widest_cell_where_a_chinese_character_counts_two() -> None:
    lines = list(table(("编号", "原因"), [("s-12345", "搬迁"), ("单位", "x")]))

    assert lines == ["编号     原因", "s-12345  搬迁", "单位     x"]


def test_a_table_without_rows_is_its_heads() -> None:
    assert list(table(("编号", "原因"), [])) == ["编号  原因"]
