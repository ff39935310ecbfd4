"""Rows are found by keys of several columns without reading the whole table."""

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select, text

from shared.bulk import has_key

TABLE = Table(
    "letters",
    MetaData(),
    Column("notice", String, primary_key=True),
    Column("number", Integer, primary_key=True),
)
KEYS = [("a", 1), ("b", 2)]


def test_rows_with_one_of_some_keys_are_found_by_the_index() -> None:
    with create_engine("sqlite://").begin() as connection:
        TABLE.create(connection)
        rows = [{"notice": notice, "number": number} for notice in "abc" for number in (1, 2)]
        connection.execute(insert(TABLE), rows)
        wanted = select(TABLE).where(has_key((TABLE.c.notice, TABLE.c.number), KEYS))

        found = sorted(map(tuple, connection.execute(wanted)))
        written = str(wanted.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {written}"))]

    assert found == KEYS
    assert plan[0].startswith("SEARCH letters USING")
    assert "notice=? AND number=?" in plan[0]
