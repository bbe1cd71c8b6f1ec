"""The files of the KPI pages: all rows, and safe to open in a spreadsheet."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

from django.test import Client

from customers.models import User
from metrics.measures.sales import DealsClosed
from sales.models import Deal
from sales.services.deals import open_deal, win_deal
from tests.makers import make_customer, make_pipeline
from tests.metrics.asked import settle

JANUARY = "start=2025-01-01&end=2025-02-01"
AT = datetime(2025, 1, 10, 12, tzinfo=UTC)
Staff = Callable[[User], Client]


def won(owner: User, name: str, amount: int) -> Deal:
    made = Deal(name=name, customer=make_customer(), amount=Decimal(amount), owner=owner)
    return win_deal(open_deal(made, at=AT - timedelta(days=5)), at=AT)


def lines(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_a_file_holds_every_row_and_they_add_up(staff: Staff, manager: User, owner: User) -> None:
    make_pipeline(is_default=True)
    for i in range(60):
        won(owner, f"Deal {i}", 10)
    settle(DealsClosed)
    found = lines(staff(manager), f"/kpis/won-revenue/rows.csv?{JANUARY}")
    assert len(found) == 60
    assert sum(Decimal(line["contribution"]) for line in found) == 600


def test_a_file_carries_only_what_one_may_see(staff: Staff, manager: User, owner: User, mate: User) -> None:
    make_pipeline(is_default=True)
    won(owner, "Mine", 100)
    won(mate, "Theirs", 50)
    settle(DealsClosed)
    assert [line["name"] for line in lines(staff(owner), f"/kpis/won-revenue/rows.csv?{JANUARY}")] == ["Mine"]
    (day,) = lines(staff(owner), "/kpis/won-revenue/series.csv?start=2025-01-10&end=2025-01-11&grain=year")[-1:]
    assert day["value"] == "100"


def test_a_formula_in_a_name_is_not_carried_out(staff: Staff, manager: User, owner: User) -> None:
    make_pipeline(is_default=True)
    won(owner, '=HYPERLINK("http://evil.example")', 100)
    settle(DealsClosed)
    (line,) = lines(staff(manager), f"/kpis/won-revenue/rows.csv?{JANUARY}")
    assert line["name"] == '\'=HYPERLINK("http://evil.example")'
    assert line["contribution"] == "100"


def test_a_breakdown_ends_with_the_whole(staff: Staff, manager: User, owner: User, colleague: User) -> None:
    make_pipeline(is_default=True)
    won(owner, "One", 100)
    won(colleague, "Two", 300)
    settle(DealsClosed)
    found = lines(staff(manager), f"/kpis/won-revenue/breakdown.csv?{JANUARY}&by=team")
    assert [(line["team"], line["value"], line["n"]) for line in found] == [
        ("South", "300", "1"),
        ("North", "100", "1"),
        ("All", "400", "2"),
    ]
