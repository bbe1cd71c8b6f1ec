"""A file that cannot be right is refused with a reason, and nothing of it is kept."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.imports.bringing import refused, workbook
from tests.makers import make_customer, make_user

pytestmark = pytest.mark.django_db

CUSTOMERS = "external_id,name,email,country,birth_year,acquired_on,company_size\n"
DEALS = "external_id,name,stage,amount,currency,created_at,closed_at\n"
ORDERS = "number,customer,placed_at,net,quantity,currency\n"
BIG = "9" * 30
IN_A_PIPELINE = {"create_missing": {"pipeline": {"stages": ["New", "Won", "Lost"]}}}
DEAL_MAP = IN_A_PIPELINE | {
    "fields": {name: name for name in DEALS.strip().split(",")} | {"pipeline": {"fixed": "Sales"}}
}

WHOLE_FILES = {
    "empty": (b"", "The file is empty."),
    "only a byte order mark": (b"\xef\xbb\xbf", "has no rows"),
    "only blank lines": (b"\n\n  \n", "has no rows"),
    "only headings": (CUSTOMERS.encode(), "headings but no rows"),
    "headings and blank rows": (CUSTOMERS.encode() + b",,,,,,\n\n", "headings but no rows"),
    "neither UTF-8 nor Windows": (b"name\nBad \x81 letter\n", "cannot be read as utf-8 or cp1252"),
    "half a UTF-16 letter": (b"\xff\xfen\x00a", "cannot be read as utf-16"),
    "an open quote": (b'name,email\n"Acme,a@b.de\n', "Line 2 cannot be read"),
    "text after a quote": (b'name,email\n"Acme"x,a@b.de\n', "Line 2 cannot be read"),
    "one endless cell": (b"name\n" + b"x" * 200_000 + b"\n", "cannot be read"),
    "no heading we know": (b"foo,bar\n1,2\n", "No heading is a field"),
    "no required column": (b"external_id,email\n1,a@b.de\n", "must give name"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "save it as .xlsx"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "No heading is a field"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", "No heading is a field|cannot be read"),
    "JSON": (b'{"name": "Acme"}', "No heading is a field"),
    "an HTML page": (b"<html><body><table><tr><td>name</td></tr></table></body></html>\n", "No heading is a field"),
    "a cut-off archive": (b"PK\x03\x04" + b"\0" * 40, "This workbook cannot be read"),
    "501 columns": (b",".join(b"c%d" % n for n in range(501)) + b"\n", "more than 500 columns"),
}


@pytest.mark.parametrize("kind", WHOLE_FILES)
def test_a_file_without_rows_to_read_is_refused(kind: str, tmp_path: Path):
    content, reason = WHOLE_FILES[kind]
    problems = refused(tmp_path, "customers", content)
    assert any(any(part in problem.reason for part in reason.split("|")) for problem in problems), problems


# What the row says, then the column to be named, then a part of the reason.
CUSTOMER_ROWS = {
    "a blank name": ("1,,,,,,", "name", "required"),
    "only spaces for a name": ("1,   ,,,,,", "name", "required"),
    "a NUL": ("1,Ac\0me,,,,,", "name", "U+0000"),
    "an escape sequence": ("1,\x1b[31mAcme,,,,,", "name", "U+001B"),
    "a name of 201 letters": (f"1,{'x' * 201},,,,,", "name", "201 letters"),
    "a name of a megabyte's share": (f"1,{'é' * 60_000},,,,,", "name", "letters"),
    "an id of 121 letters": (f"{'7' * 121},Acme,,,,,", "external_id", "121 letters"),
    "no e-mail address": ("1,Acme,acme at example,,,,", "email", "valid email"),
    "an address with a line end": ('1,Acme,"a@b.de\nBcc: c@d.de",,,,', "email", "valid email"),
    "a country by name": ("1,Acme,,Germany,,,", "country", "two letters"),
    "a country of digits": ("1,Acme,,49,,,", "country", "two letters"),
    "a birth year of words": ("1,Acme,,,last,,", "birth_year", "not a number"),
    "a birth year long ago": ("1,Acme,,,1066,,", "birth_year", "birth year is plausible"),
    "half a year": ("1,Acme,,,1980.5,,", "birth_year", "whole number"),
    "a year of thirty digits": (f"1,Acme,,,{BIG},,", "birth_year", "too large"),
    "the year 0001": ("1,Acme,,,,0001-01-01,", "acquired_on", "between 1900 and 2200"),
    "the year 9999": ("1,Acme,,,,9999-12-31,", "acquired_on", "between 1900 and 2200"),
    "the 30th of February": ("1,Acme,,,,2024-02-30,", "acquired_on", "no such date"),
    "29 February of a common year": ("1,Acme,,,,2023-02-29,", "acquired_on", "no such date"),
    "a date that could be two": ("1,Acme,,,,03/04/2024,", "acquired_on", "the map can name the format"),
    "a date in Arabic digits": ("1,Acme,,,,٢٠٢٤-٠١-٠١,", "acquired_on", "not a date"),
    "a size we do not have": ("1,Acme,,,,,huge", "company_size", "none of"),
    "a spreadsheet's error": ("1,#REF!,,,,,", "name", "error of the spreadsheet"),
    "a cell too many": ("1,Acme,,,,,,more", "", "8 cells for 7 columns"),
    "cells too few": ("1,Acme", "", "2 cells for 7 columns"),
    "half a surrogate pair": (b"1,Ac\xed\xa0\x80me,,,,,", "name", "U+D800"),
    "an id twice": ("1,Acme,,,,,\n1,Bolt,,,,,", "external_id", "is about the same record"),
}


@pytest.mark.parametrize("kind", CUSTOMER_ROWS)
@pytest.mark.parametrize("place", ["first", "last"])
def test_one_bad_customer_refuses_them_all(kind: str, place: str, tmp_path: Path):
    row, column, reason = CUSTOMER_ROWS[kind]
    raw = row if isinstance(row, bytes) else row.encode()
    good = b"100,Good,,,,,\n"
    content = CUSTOMERS.encode() + (raw + b"\n" + good if place == "first" else good + raw + b"\n")
    problems = refused(tmp_path, "customers", content)
    assert any(
        problem.column in {column, ""} and any(part in problem.reason for part in reason.split("|"))
        for problem in problems
    ), problems


DEAL_ROWS = {
    "an amount of words": ("1,A,New,much,EUR,2024-01-01,", "amount", "not a number"),
    "an amount that is no number": ("1,A,New,NaN,EUR,2024-01-01,", "amount", "not a number"),
    "an endless amount": ("1,A,New,Infinity,EUR,2024-01-01,", "amount", "not a number"),
    "an amount of thirty digits": (f"1,A,New,{BIG},EUR,2024-01-01,", "amount", "too large"),
    "an amount by exponent": ("1,A,New,1e18,EUR,2024-01-01,", "amount", "digits"),
    "an amount by a huge exponent": ("1,A,New,1e999,EUR,2024-01-01,", "amount", "too large"),
    "a negative amount": ("1,A,New,-5,EUR,2024-01-01,", "amount", "below 0"),
    "a decimal comma unannounced": ('1,A,New,"12,50",EUR,2024-01-01,', "amount", "decimal comma"),
    "a formula": ("1,A,New,=1+1,EUR,2024-01-01,", "amount", "not a number"),
    "an unknown kind of currency": ("1,A,New,5,Euro,2024-01-01,", "currency", "3"),
    "a currency in small letters": ("1,A,New,5,eur,2024-01-01,", "currency", "Three capital letters"),
    "a stage we do not have": ("1,A,Limbo,5,EUR,2024-01-01,", "stage", "no stage of this name"),
    "won without an amount": ("1,A,Won,,EUR,2024-01-01,2024-02-01", "closed_at|amount|outcome", "has an amount"),
    "won without a date": ("1,A,Won,5,EUR,2024-01-01,", "closed_at", "Say when it closed"),
    "open with a closing date": ("1,A,New,5,EUR,2024-01-01,2024-02-01", "closed_at", "A closed deal has an outcome"),
    "closed before it opened": ("1,A,Won,5,EUR,2024-03-01,2024-02-01", "closed_at", "after"),
    "closed in the future": ("1,A,Won,5,EUR,2024-03-01,2199-02-01", "closed_at", "in the future"),
    "opened in the future": ("1,A,New,5,EUR,2199-03-01,", "created_at", "in the future"),
}


@pytest.mark.parametrize("kind", DEAL_ROWS)
def test_one_bad_deal_refuses_them_all(kind: str, tmp_path: Path):
    row, columns, reason = DEAL_ROWS[kind]
    good = "100,Good,Won,7,EUR,2024-01-01,2024-02-01"
    problems = refused(tmp_path, "deals", f"{DEALS}{good}\n{row}\n", DEAL_MAP)
    assert any(problem.row == 3 and problem.column in columns.split("|") for problem in problems), problems
    assert any(reason in problem.reason for problem in problems), problems


ORDER_ROWS = {
    "nobody we know": ("9,Nobody,2024-01-01,5,1,EUR", "customer", "no customer of this name"),
    "somebody we know twice": ("9,Twin,2024-01-01,5,1,EUR", "customer", "2 customers go by this name"),
    "no customer": ("9,,2024-01-01,5,1,EUR", "customer", "required"),
    "a line of nothing": ("9,Acme,2024-01-01,,1,EUR", "net", "required"),
    "a quantity of 0": ("9,Acme,2024-01-01,5,0,EUR", "quantity", "quantity above zero"),
    "one order in two currencies": ("8,Acme,2024-01-01,5,1,USD", "currency", "Row 2 says something else"),
    "one order of two customers": ("8,Twin B,2024-01-01,5,1,EUR", "customer", "Row 2 says something else"),
}


@pytest.mark.parametrize("kind", ORDER_ROWS)
def test_one_bad_line_refuses_all_orders(kind: str, tmp_path: Path):
    for name in ("Acme", "Twin", "twin", "Twin B"):
        make_customer(name=name)
    row, column, reason = ORDER_ROWS[kind]
    problems = refused(tmp_path, "orders", f"{ORDERS}8,Acme,2024-01-01,5,1,EUR\n{row}\n")
    assert [(problem.row, problem.column) for problem in problems] == [(3, column)], problems
    assert reason in problems[0].reason


def test_a_record_that_is_here_already_is_not_created_again(tmp_path: Path):
    make_customer(name="Acme", external_id="1")
    problems = refused(tmp_path, "customers", f"{CUSTOMERS}1,Acme,,,,,\n2,Bolt,,,,,\n")
    assert [(problem.row, problem.reason) for problem in problems] == [(2, "This record is here already.")]


def test_a_unique_value_of_another_record_is_said_by_row(tmp_path: Path):
    problems = refused(tmp_path, "products", "name,sku\nLamp,L1\nLight,L1\n")
    assert problems[0].row == 3
    assert problems[0].column == "sku"


def test_what_only_the_database_knows_is_said_in_its_constraint_s_words(tmp_path: Path):
    make_user("ada")
    problems = refused(
        tmp_path, "team-members", "user,team,joined_on,left_on\nada,North,2024-01-01,\nada,South,2024-06-01,\n"
    )
    assert problems[0].reason == "This person is in another team during these days."


class TestWorkbooks:
    @pytest.fixture
    def parts(self, tmp_path: Path) -> dict[str, bytes]:
        """The parts of a good workbook, to be spoiled."""
        raw = workbook(tmp_path, ["external_id", "name"], [1, "Acme"])
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def test_external_entities_are_not_followed(self, parts, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("a secret")
        evil = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()
        parts["xl/worksheets/sheet1.xml"] = evil + parts["xl/worksheets/sheet1.xml"].replace(b">1<", b">&e;<")
        problems = refused(tmp_path, "customers", zipped(parts))
        assert problems[0].reason == "This workbook cannot be read (EntitiesForbidden)."

    def test_entities_that_grow_are_not_unfolded(self, parts, tmp_path):
        laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        parts["xl/worksheets/sheet1.xml"] = laughs + parts["xl/worksheets/sheet1.xml"].replace(b"Acme", b"&b;")
        assert "EntitiesForbidden" in refused(tmp_path, "customers", zipped(parts))[0].reason

    def test_a_zip_bomb_is_not_unpacked(self, parts, tmp_path):
        parts["xl/media/blank.bin"] = b"\0" * 60_000_000
        assert refused(tmp_path, "customers", zipped(parts))[0].reason == "This workbook unpacks to more than we take."

    def test_an_archive_of_thousands_of_parts_is_not_opened(self, parts, tmp_path):
        parts |= {f"xl/media/{number}": b"" for number in range(2001)}
        assert "more than we take" in refused(tmp_path, "customers", zipped(parts))[0].reason

    def test_a_zip_that_is_no_workbook(self, tmp_path):
        assert "cannot be read" in refused(tmp_path, "customers", zipped({"hello.txt": b"hello"}))[0].reason

    def test_a_sheet_that_is_no_xml(self, parts, tmp_path):
        parts["xl/worksheets/sheet1.xml"] = b"no xml at all"
        assert "cannot be read" in refused(tmp_path, "customers", zipped(parts))[0].reason

    def test_a_damaged_archive(self, parts, tmp_path):
        raw = bytearray(zipped(parts))
        raw[60:200] = b"\xff" * 140
        assert "cannot be read" in refused(tmp_path, "customers", bytes(raw))[0].reason

    def test_a_formula_without_a_value_is_not_taken_for_a_blank(self, tmp_path):
        raw = workbook(tmp_path, ["external_id", "name"], [1, '=HYPERLINK("http://evil.example","Acme")'])
        assert "A formula has no value yet" in refused(tmp_path, "customers", raw)[0].reason

    def test_a_sheet_that_is_not_there(self, tmp_path):
        raw = workbook(tmp_path, ["name"], ["Acme"])
        problems = refused(tmp_path, "customers", raw, {"sheet": "Other"})
        assert problems[0].reason == "The workbook has no such sheet; it has Sheet."

    def test_a_number_where_a_date_should_be(self, tmp_path):
        raw = workbook(tmp_path, ["name", "acquired_on"], ["Acme", 45_000])
        assert "not a date" in refused(tmp_path, "customers", raw)[0].reason


def zipped(parts: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return raw.getvalue()
