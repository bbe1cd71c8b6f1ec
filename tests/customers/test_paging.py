"""Every row of a list is met once, in order, however its pages are turned and whatever happens meanwhile."""

from datetime import date, timedelta

import pytest

from customers.models import Customer, User
from tests.conftest import api_of
from tests.makers import make_customer

HERE = "/api/v1/customers/"


@pytest.fixture
def seven(manager: User) -> list[int]:
    """Seven customers: three without a day, two on one day."""
    days = [None, date(2025, 1, 3), date(2025, 1, 1), None, date(2025, 1, 3), date(2025, 1, 2), None]
    return [make_customer(f"C{place}", acquired_on=day).pk for place, day in enumerate(days)]


def turn(client: object, url: str | None, way: str) -> list[int]:
    """The ids met from page to page."""
    met: list[int] = []
    while url:
        page = client.get(url).json()  # type: ignore[attr-defined]
        ids = [row["id"] for row in page["results"]]
        met = met + ids if way == "next" else ids + met
        url = page[way]
    return met


@pytest.mark.parametrize("ordering", ["-id", "id", "acquired_on", "-acquired_on", "name", "-name", "added_at"])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_every_row_is_met_once_there_and_back(manager: User, seven: list[int], ordering: str, size: int) -> None:
    client = api_of(manager)
    there = turn(client, f"{HERE}?ordering={ordering}&page_size={size}", "next")
    assert sorted(there) == seven
    rows = {row.pk: row for row in Customer.objects.all()}
    if "acquired_on" in ordering:
        days = [rows[pk].acquired_on for pk in there]
        assert days[:4] == sorted((day for day in days if day), reverse=ordering.startswith("-"))
        assert days[4:] == [None] * 3
    page = client.get(f"{HERE}?ordering={ordering}&page_size={size}").json()
    last = page
    while last["next"]:
        last = client.get(last["next"]).json()
    back = turn(client, last["previous"], "previous")
    assert back + [row["id"] for row in last["results"]] == there


def test_a_row_added_meanwhile_shifts_no_page(manager: User, seven: list[int]) -> None:
    client = api_of(manager)
    first = client.get(f"{HERE}?page_size=4").json()
    make_customer()
    rest = client.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + rest["results"]] == seven[::-1]


def test_a_list_is_counted_only_when_asked(manager: User, seven: list[int]) -> None:
    plain = api_of(manager).get(HERE).json()
    assert {*plain} == {"results", "next", "previous"}
    counted = api_of(manager).get(f"{HERE}?count=exact&page_size=2&acquired_on__isnull=true").json()
    assert (counted["count"], counted["count_is_capped"], len(counted["results"])) == (3, False, 2)


def test_a_count_stops(manager: User, seven: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("customers.doors.paging.COUNT_STOPS_AT", 5)
    counted = api_of(manager).get(f"{HERE}?count=exact").json()
    assert (counted["count"], counted["count_is_capped"]) == (5, True)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("name=C1", [1]),
        ("name__in=C1,C2", [1, 2]),
        ("acquired_on=2025-01-03", [1, 4]),
        ("acquired_on__gte=2025-01-02", [1, 4, 5]),
        ("acquired_on__gt=2025-01-02", [1, 4]),
        ("acquired_on__lt=2025-01-02", [2]),
        ("acquired_on__isnull=true", [0, 3, 6]),
        ("acquired_on__isnull=false&acquired_on__lte=2025-01-01", [2]),
        ("search=c5", [5]),
        ("owner__isnull=true&kind__in=person,company&name=C6", [6]),
        ("is_test=true", []),
        ("source=erp", []),
        ("added_at__gte=2200-01-01", []),
        ("added_at__lt=2200-01-01T00:00:00Z&name=C0", [0]),
    ],
)
def test_lists_are_asked_the_same_way_everywhere(
    manager: User, seven: list[int], question: str, places: list[int]
) -> None:
    answer = api_of(manager).get(f"{HERE}?{question}&ordering=id")
    assert answer.status_code == 200, answer.content
    assert [row["id"] for row in answer.json()["results"]] == [seven[place] for place in places]


def test_what_changed_since_can_be_asked(manager: User, seven: list[int]) -> None:
    row = Customer.objects.get(pk=seven[2])
    row.save()
    since = (row.changed_at - timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    answer = api_of(manager).get(HERE, {"changed_at__gte": since}).json()
    assert [one["id"] for one in answer["results"]] == [row.pk]
