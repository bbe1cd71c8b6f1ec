"""A software company's subscriptions and tickets give the numbers others counted from the same files.

The reference compares each customer's MRR at two month-ends: that is what our bridge says, and it agrees to the cent.
Our movements count every change on its day instead, as the subscription products do. The two differ inside one
movement or another, never in their sum: a customer who begins with one subscription on the 3rd and adds another on
the 10th is 'new' with both in the bridge, and new, then expansion, in the movements.

Two customers separate the definitions of 'back': they paid inside one month, were gone at its end, and returned in
September 2023 with 1,990 and in February 2024 with 3,184. We know they paid before, so they are reactivations; the
reference only looks at month-ends and calls them new.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.imports.sets import SETS, import_ravenstack, needs
from tests.metrics.asked import by_member, night, number, question, series
from tests.worlds import world

pytestmark = pytest.mark.django_db

SPAN = ("2023-01-01", "2025-01-01")
RETURNED = {8: 1_990, 13: 3_184}
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]


@pytest.fixture(scope="module", autouse=True)
def ravenstack(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("ravenstack")
    with world(django_db_blocker, REPORTING_CURRENCY="USD"):
        import_ravenstack()
        night()
        yield


def told(figure: str) -> list:
    """What the reference says of each month; of movements it says nothing in the first."""
    rows = json.loads((SETS / "reference" / "ravenstack.json").read_text())["by_month"]
    return [rows[month].get(figure) for month in MONTHS]


@pytest.mark.parametrize(
    ("key", "figure"),
    [
        ("mrr", "mrr"),
        ("arr", "arr"),
        ("active_customers", "paying_accounts"),
        ("bridge_new", "new"),
        ("bridge_reactivation", "reactivation"),
        ("bridge_expansion", "expansion"),
        ("bridge_contraction", "contraction"),
        ("bridge_churn", "churned"),
    ],
)
def test_all_24_months(key: str, figure: str) -> None:
    found, expected = series(key, *SPAN, "month", 0), told(figure)
    for month, amount in RETURNED.items():
        expected[month] += {"new": -amount, "reactivation": amount}.get(figure, 0)
    assert found[1:] == expected[1:]
    assert found[0] == expected[0] or (expected[0] is None and found[0] in (0, told("mrr")[0]))


@pytest.mark.parametrize(("key", "figure"), [("grr", "GRR"), ("nrr", "NRR"), ("churn_rate", "logo_churn")])
def test_rates_of_all_24_months(key: str, figure: str) -> None:
    expected = [None if rate is None else Decimal(str(rate)).quantize(Decimal("1e-6")) for rate in told(figure)]
    assert series(key, *SPAN, "month") == expected


def counted_day_by_day() -> dict[str, dict[str, int]]:
    """The movements by their own definition, counted here from the file: per customer, in order of days."""
    changes: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    with (SETS / "ravenstack" / "ravenstack_subscriptions.csv").open() as file:
        for row in csv.DictReader(file):
            amount = 0 if row["is_trial"] == "True" else int(row["mrr_amount"])
            if row["start_date"] == row["end_date"]:
                continue
            changes[row["account_id"]][row["start_date"]].append(amount)
            if row["end_date"]:
                changes[row["account_id"]][row["end_date"]].append(-amount)
    months: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for days in changes.values():
        balance, ever = 0, False
        for day, deltas in sorted(days.items()):
            before, balance = balance, balance + sum(deltas)
            for delta in deltas:
                up, down = (
                    ("expansion", "contraction") if before else ("reactivation" if ever else "new", "contraction")
                )
                months[day[:7]][up if delta > 0 else down if balance else "churn"] += delta
            ever = ever or balance > 0
    return months


@pytest.mark.parametrize("kind", ["new", "expansion", "contraction", "churn", "reactivation"])
def test_movements_day_by_day(kind: str) -> None:
    counted = counted_day_by_day()
    key = {"churn": "churned_mrr"}.get(kind, f"{kind}_mrr")
    assert series(key, *SPAN, "month", 0) == [counted[month][kind] for month in MONTHS]


def test_movements_and_bridge_come_to_the_same() -> None:
    net = series("net_new_mrr", *SPAN, "month", 0)
    plus = ("new", "reactivation", "expansion")
    bridge = {f: told(f) for f in (*plus, "contraction", "churned")}
    for i in range(1, 24):
        assert net[i] == sum(bridge[f][i] for f in plus) - bridge["contraction"][i] - bridge["churned"][i]
    assert sum(net) == 10_159_608


def test_plans_at_the_end_of_2024() -> None:
    december = ("2024-12-01", "2025-01-01")
    assert by_member("mrr", *december, "plan", 0) == {"Enterprise": 7_546_876, "Pro": 1_924_818, "Basic": 687_914}
    assert number("mrr", *december, places=0) == 10_159_608
    assert number("arr", *december, places=0) == 121_915_296


def test_every_cut_of_mrr_adds_up() -> None:
    asked = question("mrr", "2024-12-01", "2025-01-01")
    total = asked.answer().total[0].value
    for dimension in asked.kpi.dimensions():
        answer = question("mrr", "2024-12-01", "2025-01-01", by=dimension.key).answer()
        assert sum(cell.value for cell in answer.cells.values()) == total, dimension.key


def test_resolution_and_first_response() -> None:
    """Tickets count when they are answered and solved, so all of them are in a span that reaches into 2025."""
    both = ("2023-01-01", "2025-02-01")
    assert number("tickets_solved", *both, places=0) == 2_000
    assert number("resolution_time_mean", *both) / 3600 == pytest.approx(Decimal("35.861"), abs=Decimal("0.00001"))
    assert number("resolution_time", *both, places=0) == 35 * 3600
    assert number("resolution_time_p90", *both, places=0) == 65 * 3600
    assert number("first_response_time_mean", *both) / 60 == pytest.approx(Decimal("88.48"), abs=Decimal("0.00001"))
    assert number("first_response_time", *both, places=0) == 88 * 60


def test_resolution_by_priority() -> None:
    means = by_member("resolution_time_mean", "2023-01-01", "2025-02-01", "priority")
    hours = {name: (mean / 3600).quantize(Decimal("0.0001")) for name, mean in means.items()}
    assert hours == {
        "High": Decimal("36.9588"),
        "Low": Decimal("36.3464"),
        "Normal": Decimal("35.5947"),
        "Urgent": Decimal("34.5681"),
    }


def test_satisfaction() -> None:
    both = ("2023-01-01", "2025-02-01")
    assert number("csat", *both) == Decimal("0.662979")
    assert number("csat_mean", *both, places=4) == Decimal("3.9813")
