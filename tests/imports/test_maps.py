"""A map says what a file means; what it says wrong is said back by name."""

import json

import pytest

from customers.importing.mapping import map_from, read_map
from customers.importing.problems import Refused
from customers.models import Contact, Customer, User
from sales.models import Lead
from tests.imports.bringing import bring, refused
from tests.imports.sets import MAPS


def said(told) -> str:
    with pytest.raises(Refused) as refusal:
        map_from(told)
    problem = refusal.value.problems[0]
    return f"{problem.column}: {problem.reason}"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ([], "The map: The map says it in the wrong form"),
        ({"feilds": {}}, "feilds: There is no such word in the map. Did you mean fields?"),
        ({"fields": {"name": {"colum": "Name"}}}, "colum: There is no such word in name. Did you mean column?"),
        ({"fields": {"name": {}}}, 'name: Say one of "column", "fixed" and "text".'),
        ({"fields": {"name": {"column": "a", "fixed": "b"}}}, 'name: Say one of "column", "fixed" and "text".'),
        ({"fields": {"name": {"column": ["a"]}}}, "name.column: The map says it in the wrong form"),
        ({"fields": {"name": {"fixed": {}}}}, "name.fixed: The map says it in the wrong form"),
        ({"fields": {"after": {"column": "a", "unit": "moons"}}}, "after: A unit is one of seconds, minutes"),
        ({"fields": []}, "fields: The map says it in the wrong form"),
        ({"zone": "Mars/Olympus"}, "zone: There is no such time zone."),
        ({"zone": "../etc/passwd"}, "zone: There is no such time zone."),
        ({"decimal": ";"}, "decimal: The decimal mark is a point or a comma."),
        ({"delimiter": "ab"}, "delimiter: One letter"),
        ({"delimiter": "\n"}, "delimiter: This cannot separate cells."),
        ({"repeats": "always"}, 'repeats: "refuse", "once" or "last".'),
        ({"dates": [1]}, "dates: The map says it in the wrong form"),
        ({"times": 3}, "times: The map says it in the wrong form"),
        ({"skip_when": ["a"]}, "skip_when: The map says it in the wrong form"),
        ({"skip_when": {"a": [1]}}, "skip_when.a: The map says it in the wrong form"),
        ({"source": "x" * 41}, "source: The name of the source has more than 40 letters."),
        ({"source": "a\0b"}, "source: This holds a character that cannot be kept (U+0000)."),
        ({"create_missing": [1]}, "create_missing: The map says it in the wrong form"),
        ({"create_missing": {"plan": "yes"}}, "create_missing.plan: The map says it in the wrong form"),
    ],
)
def test_a_map_that_says_something_wrong(told, reason):
    assert said(told).startswith(reason)


@pytest.mark.parametrize("content", [b"", b"no json", b"\xff\xfe", b"[" * 100_000, b'{"fields": NaN}'])
def test_a_map_that_is_no_map(content, tmp_path):
    (tmp_path / "map.json").write_bytes(content)
    with pytest.raises(Refused):
        read_map(tmp_path / "map.json")


def test_a_map_that_is_not_there(tmp_path):
    with pytest.raises(Refused, match="cannot be opened"):
        read_map(tmp_path / "none.json")


@pytest.mark.parametrize("path", sorted(MAPS.glob("*.json")), ids=lambda path: path.stem)
def test_every_committed_map_is_one(path):
    assert read_map(path).source == path.stem.split("-")[0]
    assert json.loads(path.read_text())["fields"]


@pytest.mark.django_db
class TestMeaning:
    def test_headings_speak_for_themselves(self, tmp_path):
        result = bring(tmp_path, "customers", "External ID,NAME,company-size,Colour\n1,Acme,2-10,red\n")
        assert Customer.objects.values_list("external_id", "name", "company_size").get() == ("1", "Acme", "2-10")
        assert "Ignored columns: Colour." in result.noticed

    def test_a_map_renames_fixes_composes_and_translates(self, tmp_path):
        told = {
            "source": "old",
            "fields": {
                "external_id": {"text": "{Code}/{#}"},
                "name": {"text": "{First} {Last}"},
                "kind": {"fixed": "person"},
                "country": {"column": "Land", "values": {"Deutschland": "DE", "-": ""}, "default": "AT"},
            },
        }
        rows = "Code,First,Last,Land\nA,Ada,Byron,Deutschland\nB,,Solo,-\n"
        bring(tmp_path, "customers", rows, told)
        found = Customer.objects.order_by("pk").values_list("source", "external_id", "name", "kind", "country")
        assert list(found) == [("old", "A/2", "Ada Byron", "person", "DE"), ("old", "B/3", "Solo", "person", "AT")]

    def test_a_text_in_a_map_reaches_cells_and_nothing_else(self, tmp_path):
        told = {"fields": {"name": {"text": "{name.__class__}"}}}
        assert refused(tmp_path, "customers", "name\nAcme\n", told)[0].reason.startswith(
            "The file has no such column."
        )

    def test_a_column_that_is_not_there_is_named(self, tmp_path):
        problems = refused(tmp_path, "customers", "Nmae\nAcme\n", {"fields": {"name": "Name"}})
        assert problems[0].value == "Name"
        assert "Did you mean Nmae?" in problems[0].reason

    def test_a_field_that_is_not_there_is_named(self, tmp_path):
        problems = refused(tmp_path, "customers", "Name\nAcme\n", {"fields": {"nam": "Name"}})
        assert (problems[0].column, problems[0].reason) == ("nam", "customers have no such field. Did you mean name?")

    def test_rows_can_be_skipped_when_a_cell_is_blank(self, tmp_path):
        rows = "name,country\nAcme,DE\nBolt,\n\nGrand Totals (2 records)\n"
        assert bring(tmp_path, "customers", rows, {"skip_when_blank": ["country"]}).created == 1

    def test_rows_that_repeat_a_record_can_count_once(self, tmp_path):
        rows = "external_id,name\n1,Acme\n1,Acme\n2,Bolt\n"
        assert bring(tmp_path, "customers", rows, {"repeats": "once"}).created == 2

    def test_rows_that_contradict_each_other_never_count_once(self, tmp_path):
        problems = refused(tmp_path, "customers", "external_id,name\n1,Acme\n1,Bolt\n", {"repeats": "once"})
        assert (problems[0].row, problems[0].column) == (3, "name")

    def test_rows_can_be_skipped_by_a_word(self, tmp_path):
        rows = "name,deleted\nAcme,0\nBolt,1\nCora, yes \nDora,\n"
        told = {"skip_when": {"deleted": ["1", "yes"]}, "fields": {"name": "name"}}
        result = bring(tmp_path, "customers", rows, told)
        assert (result.created, set(Customer.objects.values_list("name", flat=True))) == (2, {"Acme", "Dora"})
        assert not any("deleted" in said for said in result.noticed)

    def test_a_row_can_stand_for_several_records(self, tmp_path):
        told = {"times": "leads", "fields": {"external_id": {"text": "{ad}-{##}"}, "name": {"text": "Row {#}, {##}"}}}
        assert bring(tmp_path, "leads", "ad,leads\nA,2\nB,0\nC,\nD,1.0\n", told).created == 3
        found = set(Lead.objects.values_list("external_id", "name"))
        assert found == {("A-1", "Row 2, 1"), ("A-2", "Row 2, 2"), ("D-1", "Row 5, 1")}

    @pytest.mark.parametrize(
        ("count", "reason"),
        [
            ("many", "This is not a number."),
            ("1.5", "This is not a whole number."),
            ("-1", "A row stands for 0 to 10,000 records."),
            ("10001", "A row stands for 0 to 10,000 records."),
            ("1e18", "A row stands for 0 to 10,000 records."),
        ],
    )
    def test_how_many_records_a_row_stands_for_is_a_number_within_reason(self, count, reason, tmp_path):
        told = {"times": "leads", "fields": {"name": {"text": "{ad} {##}"}}}
        problems = refused(tmp_path, "leads", f"ad,leads\nA,1\nB,{count}\n", told)
        assert [(one.row, one.column, one.value, one.reason) for one in problems] == [(3, "leads", count, reason)]

    def test_rows_cannot_stand_for_more_than_a_file_may_hold(self, tmp_path):
        told = {"times": "n", "fields": {"name": {"fixed": "A"}}}
        problems = refused(tmp_path, "leads", "n\n" + "10000\n" * 21, told)
        assert (problems[0].row, "more than 200,000 records" in problems[0].reason) == (22, True)

    @pytest.mark.parametrize("word", ["skip_when", "times"])
    def test_a_column_that_steers_must_be_there(self, word, tmp_path):
        told = {word: {"gone": ["1"]} if word == "skip_when" else "gone"}
        problem = refused(tmp_path, "customers", "name\nAcme\n", told)[0]
        assert (problem.column, problem.reason.startswith("The file has no such column.")) == ("gone", True)

    def test_of_rows_about_one_record_the_last_can_hold(self, tmp_path):
        rows = "external_id,name,country\n1,Acme,DE\n2,Bolt,AT\n1,Acme Ltd,\n"
        assert bring(tmp_path, "customers", rows, {"repeats": "last"}).created == 2
        found = set(Customer.objects.values_list("external_id", "name", "country"))
        assert found == {("1", "Acme Ltd", "DE"), ("2", "Bolt", "AT")}

    def test_people_are_found_by_any_name_they_have(self, tmp_path):
        ada = User.objects.create(username="ada", first_name="Ada", last_name="Byron", email="ada@example.com")
        rows = "name,owner\nA,ada\nB,ADA BYRON\nC,Ada@Example.com\n"
        bring(tmp_path, "customers", rows)
        assert Customer.objects.filter(owner=ada).count() == 3

    def test_people_can_be_created_where_the_map_says_so(self, tmp_path):
        assert (
            refused(tmp_path, "customers", "name,owner\nA,Bo Yi\n")[0].reason
            == "There is no person of this name here."
        )
        bring(tmp_path, "customers", "name,owner\nA,Bo Yi\nB,bo yi\n", {"create_missing": ["owner"]})
        user = User.objects.get()
        assert (user.username, user.get_full_name(), user.has_usable_password()) == ("bo.yi", "Bo Yi", False)

    @pytest.mark.parametrize("written", ["Bo Yi (bo@example.com)", "Bo Yi <bo@example.com>"])
    def test_people_with_their_address_behind_their_name(self, written, tmp_path):
        rows = f"name,owner\nA,{written}\nB,Bo Yi\nC,bo@example.com\n"
        bring(tmp_path, "customers", rows, {"create_missing": ["owner"]})
        user = User.objects.get()
        assert (user.username, user.get_full_name(), user.email) == ("bo.yi", "Bo Yi", "bo@example.com")
        bring(tmp_path, "customers", f"name,owner\nD,{written}\n")
        assert Customer.objects.filter(owner=user).count() == 4

    def test_people_of_one_name_are_told_apart_by_their_address(self, tmp_path):
        rows = "name,owner\nA,Bo Yi (bo@example.com)\nB,Bo Yi (yi@example.com)\nC,Bo Yi (bo@example.com)\n"
        bring(tmp_path, "customers", rows, {"create_missing": ["owner"]})
        owners = list(Customer.objects.order_by("name").values_list("owner__email", flat=True))
        assert owners == ["bo@example.com", "yi@example.com", "bo@example.com"]

    def test_what_is_created_keeps_the_promises_of_its_table(self, tmp_path):
        told = {"create_missing": {"survey": {"kind": "nps"}}}
        problem = refused(tmp_path, "survey-answers", "survey,score,answered_at\nA,9,2025-01-01\n", told)[0]
        assert (problem.row, problem.column) == (2, "survey")
        assert problem.reason == "It cannot be created: Say where promoters begin and detractors end."

    def test_what_is_created_is_created_once(self, tmp_path):
        told = {"create_missing": {"product": {"sku": "L1"}}}
        rows = "name,customer,product\nA,Acme,Lamp\nB,Acme,Light\n"
        Customer.objects.create(name="Acme")
        problem = refused(tmp_path, "deals", rows, told)[0]
        assert (problem.row, problem.column) == (3, "product")
        assert problem.reason.startswith("It cannot be created: ")

    def test_an_id_is_looked_for_in_the_same_source_only(self, tmp_path):
        Customer.objects.create(name="Acme", source="crm", external_id="1")
        assert refused(tmp_path, "contacts", "customer,last_name\n1,Byron\n")[0].row == 2
        told = {"fields": {"customer": {"column": "customer", "source": "crm"}, "last_name": "last_name"}}
        bring(tmp_path, "contacts", "customer,last_name\n1,Byron\n", told)
        assert Contact.objects.get().customer.name == "Acme"
