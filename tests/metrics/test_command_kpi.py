"""`manage.py kpi`: three orders of January, a refund in February, counted by hand."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from metrics.measures.sales import MoneyBack, ProductsSold, Purchases
from metrics.models import Run
from metrics.periods import DAY
from metrics.registry import all_kpis
from tests.makers import make_customer, make_order, make_refund
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db


def at(month: int, day: int) -> datetime:
    return datetime(2025, month, day, 12, tzinfo=UTC)


@pytest.fixture
def shop() -> Run:
    """110 for Ada, whose segment looks like a formula, and 40 for Bob, of whom no segment is known; 10 go back."""
    ada, bob = make_customer("Ada", segment="=1+1"), make_customer("Bob")
    make_order(100, customer=ada, placed_at=at(1, 5))
    make_order(10, customer=ada, placed_at=at(1, 31))
    make_refund(order=make_order(40, customer=bob, placed_at=at(1, 7)), net=Decimal(10), at=at(2, 2))
    settle(ProductsSold, Purchases, MoneyBack)
    return Run.objects.get()


def kpi(*words: str, **options: Any) -> str:
    printed = StringIO()
    call_command("kpi", *words, stdout=printed, **{"start": "2025-01-01", "end": "2025-03-01", **options})
    return printed.getvalue()


def as_json(*words: str, **options: Any) -> dict[str, Any]:
    return json.loads(kpi(*words, format="json", **options))


def as_csv(*words: str, **options: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(kpi(*words, format="csv", **options))))


def test_the_list_is_one_key_a_line() -> None:
    assert kpi(list=True).splitlines() == [one.key for one in all_kpis()]


def test_a_number_as_json_says_what_it_is_made_of(shop: Run) -> None:
    answer = as_json("average_order")
    cells = answer.pop("cells")
    assert answer == {
        "key": "average_order",
        "title": "Average order value",
        "unit": "money",
        "currency": "EUR",
        "start": "2025-01-01",
        "end": "2025-03-01",
        "grain": None,
        "by": None,
        "where": [],
        "as_of": None,
        "settled_until": str(shop.through + DAY),
        "locked_until": None,
        "sees": "company",
    }
    assert cells == [
        {
            "start": "2025-01-01",
            "end": "2025-03-01",
            "unit": "money",
            "numerator": "150",
            "denominator": "3",
            "value": "50",
            "n": 3,
            "low": None,
            "high": None,
            "status": "final",
            "reason": None,
        }
    ]


def test_a_series_has_a_number_for_each_step(shop: Run) -> None:
    cells = as_json("revenue", grain="month")["cells"]
    assert [(c["start"], c["end"], c["value"]) for c in cells] == [
        ("2025-01-01", "2025-02-01", "150"),
        ("2025-02-01", "2025-03-01", "-10"),
    ]


def test_no_value_says_why(shop: Run) -> None:
    (cell,) = as_json("average_order", start="2025-02-01")["cells"]
    assert (cell["value"], cell["denominator"], cell["reason"]) == (None, "0", "no_denominator")


def test_a_cut_names_its_members(shop: Run) -> None:
    cells = as_json("revenue", by="segment")["cells"]
    assert {(c["member"], c["label"]): c["value"] for c in cells} == {("=1+1", "=1+1"): "110", ("", "(none)"): "30"}


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (["segment==1+1"], "110"),
        (["segment=(none)"], "30"),
        (["segment="], "30"),
        (["segment==1+1", "segment=(none)"], "140"),
        (["segment==1+1", "owner=(none)"], "110"),
    ],
)
def test_only_some_members_can_be_kept(shop: Run, where: list[str], value: str) -> None:
    assert as_json("revenue", where=where)["cells"][0]["value"] == value


def test_a_key_may_be_written_with_hyphens(shop: Run) -> None:
    assert as_json("average-order")["key"] == "average_order"


def test_a_table_reads_as_people_write(shop: Run) -> None:
    assert kpi("revenue", by="segment").splitlines() == [
        "Days                           Segment  Revenue  Rows  Status",
        "1 January to 28 February 2025  =1+1     €110.00     2  final",
        "1 January to 28 February 2025  (none)    €30.00     2  final",
        "1 January to 28 February 2025  All      €140.00     4  final",
    ]


def test_csv_holds_no_formulas(shop: Run) -> None:
    cells = as_csv("revenue", by="segment")
    assert [(c["label"], c["value"], c["unit"]) for c in cells] == [
        ("'=1+1", "110", "money"),
        ("(none)", "30", "money"),
    ]
    assert [c["value"] for c in as_csv("revenue", grain="month")] == ["150", "-10"]


def test_the_rows_add_up_to_the_number_term_by_term(shop: Run) -> None:
    answer = as_json("revenue", rows=True)
    assert [(t["title"], t["total"], len(t["rows"])) for t in answer["components"]] == [
        ("sum of products sold", "150", 3),
        ("sum of money back", "10", 1),
    ]
    for term in answer["components"]:
        assert sum(Decimal(row["contribution"]) for row in term["rows"]) == Decimal(term["total"])
    latest = answer["components"][0]["rows"][0]
    assert (latest["day"], latest["kind"], latest["customer_name"]) == ("2025-01-31", "order", "Ada")
    assert latest["url"] == f"/api/v1/orders/{latest['record']}/"


def test_rows_can_be_a_table_or_csv(shop: Run) -> None:
    table = kpi("revenue", rows=True).splitlines()
    assert table[0] == "Revenue, 1 January to 28 February 2025"
    assert "Sum of products sold: 150 from 3 rows" in table
    assert len(as_csv("revenue", rows=True)) == 4
    assert {row["role"] for row in as_csv("average_order", rows=True)} == {"numerator", "denominator"}


def test_what_was_known_after_an_earlier_run_can_be_read_again(shop: Run) -> None:
    make_order(1_000, placed_at=at(1, 20))
    settle(ProductsSold)
    assert as_json("revenue")["cells"][0]["value"] == "1140"
    before = as_json("revenue", as_of=str(shop.pk))
    assert (before["as_of"], before["cells"][0]["value"]) == (shop.pk, "140")


@pytest.mark.parametrize(
    ("words", "options", "said"),
    [
        ((), {}, "KEY: name a KPI"),
        (("zzzzz",), {}, "KEY: There is no KPI 'zzzzz'."),
        (("revenu",), {}, "KEY: There is no KPI 'revenu'. Did you mean: revenue"),
        (("revenue",), {"format": "xml"}, "--format: choose one of table, json, csv."),
        (("revenue",), {"start": "yesterday"}, "--start: Write the day as in 2026-01-31."),
        (("revenue",), {"start": "0001-01-01"}, "--start: The day must lie between"),
        (("revenue",), {"end": "2025-01-01"}, "--end: The end, 2025-01-01, must be after the start"),
        (("revenue",), {"grain": "fortnight"}, "--grain: The grains of this KPI are day, week"),
        (("churn_rate",), {"grain": "day"}, "--grain: The grains of this KPI are month"),
        (("revenue",), {"by": "colour"}, "--by: Revenue cannot be cut by colour. It can by: owner"),
        (("revenue",), {"where": ["segment"]}, "--where: Write what to keep as dimension=member"),
        (("revenue",), {"where": ["colour=red"]}, "--where: Revenue cannot be cut by colour"),
        (("revenue",), {"where": ["segment=red"]}, "--where: Segment has no 'red'"),
        (("revenue",), {"as_of": "last"}, "--as-of: Name a run by its number, a day as in"),
        (("revenue",), {"as_of": "99999999999999"}, "--as-of: There is no run"),
    ],
)
def test_what_cannot_be_meant_names_the_option_in_one_line(words: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError) as refusal:
        kpi(*words, **options)
    assert str(refusal.value).startswith(said)
    assert "\n" not in str(refusal.value)
    assert refusal.value.returncode == 2
