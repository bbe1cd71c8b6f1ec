"""Whoever wrote a file, and however: it is read as it was meant."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.importing.cells import Dialect
from customers.importing.fields import Day, Duration, Moment, Number, Whole, YesNo
from customers.importing.formulas import escaped, unescaped
from customers.importing.problems import Misread
from customers.importing.readers import Layout, open_table
from tests.imports.bringing import workbook

ROWS = [["Grün & Söhne", "1,5"], ["Ærø", "2"]]


def table_of(folder, content: bytes, **layout):
    file = folder / "file"
    file.write_bytes(content)
    table = open_table(file, Layout(**layout))
    return table.columns, [cells for _, cells in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_the_encoding_is_found(encoding, tmp_path):
    text = "name;amount\nGrün & Söhne;1,5\nÆrø;2\n"
    content = text.encode(encoding)
    columns, rows = table_of(tmp_path, content, encoding="utf-16-le" if encoding == "utf-16-le" else "")
    assert (columns, rows) == (["name", "amount"], ROWS)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_and_the_line_ends_are_found(separator, end, tmp_path):
    content = end.join(separator.join(f'"{cell}"' for cell in row) for row in [["name", "amount"], *ROWS])
    assert table_of(tmp_path, content.encode()) == (["name", "amount"], ROWS)


def test_a_cell_may_have_lines_quotes_and_separators(tmp_path):
    content = b'name,note\nAcme,"one, two\nand ""three"""\n'
    assert table_of(tmp_path, content)[1] == [["Acme", 'one, two\nand "three"']]


def test_one_column_needs_no_separator(tmp_path):
    assert table_of(tmp_path, b"name\nAcme\nBolt\n") == (["name"], [["Acme"], ["Bolt"]])


def test_headings_that_repeat_are_told_apart(tmp_path):
    columns, _ = table_of(tmp_path, b"Variant,Variant index,Variant,,Variant 2\n1,2,3,4,5\n")
    assert columns == ["Variant", "Variant index", "Variant 2", "column 4", "Variant 2 2"]


def test_blanks_can_separate_and_headings_be_given(tmp_path):
    columns, rows = table_of(
        tmp_path, b" 00004 0001  29.33\r\n\r\n 00021 0002   1.00\r\n", delimiter="whitespace", header=["a", "b", "c"]
    )
    assert (columns, rows) == (["a", "b", "c"], [["00004", "0001", "29.33"], ["00021", "0002", "1.00"]])


def test_rows_have_the_numbers_a_spreadsheet_shows(tmp_path):
    (tmp_path / "file").write_bytes(b"\nname\n\nAcme\n,\nBolt\n")
    table = open_table(tmp_path / "file", Layout(delimiter=","))
    assert [number for number, _ in table.rows] == [4, 6]


def test_a_workbook_keeps_what_its_cells_are(tmp_path):
    raw = workbook(tmp_path, ["name", "n", "yes", "on", None], ["=not a formula", 1.5, True, datetime(2024, 2, 29, 8)])
    raw = workbook(tmp_path, ["name", "n", "yes", "on", None], ["Grün", 1.5, True, datetime(2024, 2, 29, 8)])
    assert table_of(tmp_path, raw) == (["name", "n", "yes", "on"], [["Grün", 1.5, True, datetime(2024, 2, 29, 8)]])


def test_a_formula_is_read_by_the_value_it_last_had(tmp_path):
    import io
    import zipfile

    raw, made = workbook(tmp_path, ["name", "n"], ["Acme", "=1+1"]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"))
    assert table_of(tmp_path, made.getvalue())[1] == [["Acme", 2]]


@given(st.text())
def test_what_goes_out_comes_in_again(text):
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize(
    "text", ["=1+1", " =1", "\t=1", "\ufeff=1", "＝1+1", "+49 30", "-1", "@SUM(A1)", "|x", "%x", "'=1"]
)
def test_nothing_that_a_spreadsheet_would_run_goes_out_bare(text):
    assert escaped(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Acme", "'tis", "it's", "", "3-4", "a=b"])
def test_other_text_goes_out_as_it_is(text):
    assert escaped(text) == text


GERMAN = Dialect(decimal=",")
BERLIN = Dialect(zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("cell", "dialect", "value"),
    [
        ("1234.5", Dialect(), "1234.5"),
        ("1,234.50", Dialect(), "1234.5"),
        ("1 234,5", GERMAN, "1234.5"),
        ("1.234,50", GERMAN, "1234.5"),
        ("-0,01", GERMAN, "-0.01"),
        ("1'234.5", Dialect(), "1234.5"),
        ("+7", Dialect(), "7"),
        ("1.429999948", Dialect(), "1.430000"),
        (0.1 + 0.2, GERMAN, "0.3"),
        (12, Dialect(), "12"),
        ("2.5E+3", Dialect(), "2500"),
    ],
)
def test_numbers(cell, dialect, value):
    assert Number("n").value(cell, dialect) == Decimal(value)


@pytest.mark.parametrize(
    "cell", ["", "-", "1.2.3", "1,23.4", "12,5", "€ 5", "(5)", "5%", "0x10", "1e", "१२", True, "1_000"]
)
def test_what_is_no_number(cell):
    with pytest.raises(Misread):
        Number("n").value(cell, Dialect())


@pytest.mark.parametrize(("cell", "value"), [("4.0", 4), ("1e3", 1000), (4.0, 4), ("-2", -2)])
def test_whole_numbers(cell, value):
    assert Whole("n").value(cell, Dialect()) == value


@pytest.mark.parametrize(
    ("cell", "dates", "utc"),
    [
        ("2024-07-28", (), "2024-07-27T22:00"),
        ("2024-01-28", (), "2024-01-27T23:00"),
        ("2023-07-28 3:00", (), "2023-07-28T01:00"),
        ("2023-07-28T03:00:05.123Z", (), "2023-07-28T03:00:05.123"),
        ("2023-07-28 03:00:00 UTC", (), "2023-07-28T03:00"),
        ("2023/07/28 03:00+05:30", (), "2023-07-27T21:30"),
        ("7/28/2023", ("%m/%d/%Y",), "2023-07-27T22:00"),
        ("28.07.2023 03:00", ("%d.%m.%Y", "%d.%m.%Y %H:%M"), "2023-07-28T01:00"),
        (datetime(2023, 7, 28, 3), (), "2023-07-28T01:00"),
        (date(2023, 7, 28), (), "2023-07-27T22:00"),
    ],
)
def test_moments_are_moments_of_the_zone(cell, dates, utc):
    dialect = Dialect(dates=dates, zone=ZoneInfo("Europe/Berlin"))
    assert Moment("at").value(cell, dialect) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_the_day_of_a_moment_is_the_day_it_falls_on_here():
    assert Day("on").value("2024-07-27T22:30Z", BERLIN) == date(2024, 7, 28)
    assert Day("on").value("2024-07-27 22:30", BERLIN) == date(2024, 7, 27)


@pytest.mark.parametrize(("cell", "minutes"), [("1:30:00", 90), ("0:05", 5), ("100:00", 6000)])
def test_lengths(cell, minutes):
    assert Duration("after").value(cell, Dialect()).total_seconds() == minutes * 60


def test_lengths_by_unit():
    assert Duration("after").counted("1.5", Dialect(), "hours").total_seconds() == 5400


@pytest.mark.parametrize(("cell", "value"), [("TRUE", True), ("no", False), ("1", True), (0, False), (True, True)])
def test_yes_and_no(cell, value):
    assert YesNo("is").value(cell, Dialect()) is value
