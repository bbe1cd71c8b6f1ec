"""`manage.py import` writes all of a file or nothing, and says which row keeps it from doing so."""

import csv
import json
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from customers.models import Customer

HEAD = "external_id,name,country\n"


def imported(file: Path, *args: str, resource: str = "customers") -> None:
    call_command("import", resource, str(file), *args)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "customers.csv"
    file.write_text(HEAD + "1,Acme,DE\n2,Bolt,FR\n")
    return file


@pytest.mark.django_db
class TestOneFile:
    def test_says_what_it_did(self, file, capsys):
        imported(file)
        said = capsys.readouterr()
        assert said.out == "customers: 2 rows; 2 created, 0 changed, 0 unchanged.\n"
        assert "Read as utf-8, cells separated by ','." in said.err

    def test_a_dry_run_says_what_it_would_do(self, file, capsys):
        imported(file, "--dry-run")
        assert "2 would be created" in capsys.readouterr().out
        assert not Customer.objects.exists()

    def test_an_unknown_resource_is_named_with_a_guess(self, file):
        with pytest.raises(CommandError, match=r"nothing called custmers to import. Did you mean customers\?"):
            imported(file, resource="custmers")

    def test_bad_rows_are_a_table_and_the_exit_code_is_1(self, tmp_path, capsys):
        file = tmp_path / "bad.csv"
        file.write_text(HEAD + "1,,DE\n2,Bolt,Frankreich\n3,Cosy,US\n")
        with pytest.raises(CommandError, match=r"Nothing was imported: 2 bad rows\.") as refusal:
            imported(file)
        assert refusal.value.returncode == 1
        table = [" ".join(line.split()) for line in capsys.readouterr().err.splitlines()]
        assert table == [
            "row column value reason",
            "2 name This is required.",
            "3 country Frankreich Write a country as two letters, as in DE; the map can translate names.",
        ]
        assert not Customer.objects.exists()

    def test_bad_rows_come_back_as_a_file_that_can_be_mended(self, tmp_path):
        file, errors = tmp_path / "bad.csv", tmp_path / "errors.csv"
        file.write_text(HEAD + "1,Acme,DE\n2,=1+1,Frankreich\n")
        with pytest.raises(CommandError):
            imported(file, "--errors", str(errors))
        with errors.open(encoding="utf-8-sig", newline="") as opened:
            assert list(csv.reader(opened)) == [
                ["external_id", "name", "country", "error"],
                [
                    "2",
                    "'=1+1",
                    "Frankreich",
                    "country: Write a country as two letters, as in DE; the map can translate names.",
                ],
            ]
        errors.write_text(errors.read_text(encoding="utf-8-sig").replace("Frankreich", "FR"))
        imported(errors)
        assert Customer.objects.get().name == "=1+1"

    def test_a_thousand_bad_rows_are_enough(self, tmp_path, capsys):
        file = tmp_path / "bad.csv"
        file.write_text(HEAD + "".join(f"{number},,DE\n" for number in range(2000)))
        with pytest.raises(CommandError, match="1,000 bad rows, 900 more problems"):
            imported(file)
        assert len(capsys.readouterr().err.splitlines()) == 101

    def test_values_cannot_write_on_the_terminal(self, tmp_path, capsys):
        file = tmp_path / "bad.csv"
        file.write_text(HEAD + "1,Acme,\x1b[2J\x07\n")
        with pytest.raises(CommandError):
            imported(file)
        assert "\x1b" not in capsys.readouterr().err

    @pytest.mark.parametrize("told", ["{", '{"fields": {"nam": "name"}}'])
    def test_a_map_that_cannot_be_used(self, told, file, tmp_path):
        (tmp_path / "map.json").write_text(told)
        with pytest.raises(CommandError, match="Nothing was imported"):
            imported(file, "--map", str(tmp_path / "map.json"))

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be opened"):
            imported(tmp_path / "none.csv")

    def test_a_folder_is_no_file(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be opened"):
            imported(tmp_path)


@pytest.mark.django_db
@pytest.mark.parametrize("bad", [2, 5_000, 10_001])
def test_one_bad_row_in_ten_thousand_keeps_all_out(bad, tmp_path):
    file = tmp_path / "many.csv"
    rows = [f"{number},Customer {number},DE" for number in range(2, 10_002)]
    rows[bad - 2] = f"{bad},,DE"
    file.write_text(HEAD + "\n".join(rows))
    with pytest.raises(CommandError, match="1 bad row"):
        imported(file)
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_the_number_of_questions_does_not_grow_with_the_rows(tmp_path, django_assert_max_num_queries):
    file, told = tmp_path / "deals.csv", tmp_path / "map.json"
    creations = {"pipeline": {"stages": ["New", "Won", "Lost"]}, "owner": {}, "customer": {}}
    fields = {"external_id": "id", "name": "id", "customer": "customer", "owner": "owner", "amount": "amount"}
    fields |= {"stage": "stage", "created_at": "created", "pipeline": {"fixed": "Sales"}}
    told.write_text(json.dumps({"fields": fields, "create_missing": creations}))
    rows = "".join(f"{number},Acme,Ada,{number},New,2024-01-01\n" for number in range(1000))
    file.write_text("id,customer,owner,amount,stage,created\n" + rows)
    with django_assert_max_num_queries(70):
        imported(file, "--map", str(told), resource="deals")


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_is_imported_once(file):
    """Imports wait for one another; the second finds the records of the first and refuses."""
    ends: list[str] = []

    def run() -> None:
        try:
            imported(file)
            ends.append("imported")
        except CommandError:
            ends.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["imported", "refused", "refused", "refused"]
    assert Customer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_on_its_way_leaves_nothing(tmp_path):
    file = tmp_path / "many.csv"
    file.write_text(HEAD + "".join(f"{number},Customer {number},DE\n" for number in range(30_000)))
    fate: list[str] = []

    def run() -> None:
        try:
            imported(file)
            fate.append("imported")
        except CommandError:
            fate.append("refused")
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    killed = 0
    while thread.is_alive() and not killed:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE query LIKE 'INSERT INTO \"customers_customer\"%' AND pid <> pg_backend_pid() "
                "AND datname = current_database()"
            )
            killed = cursor.fetchone()[0]
        time.sleep(0.01)
    thread.join()
    assert (killed > 0, fate) == (True, ["refused"])
    assert not Customer.objects.exists()
