"""A bank's survey in three markets, imported and settled, gives the net promoter scores others counted from it.

Scores are read day first, as the file's own month column proves. All answers are about the bank as a whole, and each
customer answers once, so our rule of one answer a customer and wave takes none away.
"""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from metrics.measures.surveys import NPSAnswers
from surveys.models import Answer
from tests.imports.sets import SETS, bring, import_nps, needs
from tests.metrics.asked import by_member, number, series, settle
from tests.worlds import world

pytestmark = pytest.mark.django_db

YEAR = ("2021-01-01", "2022-01-01")
MARKETS = {"MX": "MEX", "GB": "UK", "US": "US"}


@pytest.fixture(scope="module", autouse=True)
def bank(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("nps_bank")
    with world(django_db_blocker):
        import_nps()
        settle(NPSAnswers)
        yield


def told(group: str) -> dict[str, Decimal]:
    rows = json.loads((SETS / "reference" / "nps.json").read_text())[group]
    return {name: Decimal(str(row["nps"])).quantize(Decimal("1e-4")) for name, row in rows.items()}


def test_the_whole_year() -> None:
    assert number("nps", *YEAR, places=4) == Decimal("11.8000")


def test_quarters_and_months() -> None:
    assert series("nps", *YEAR, "quarter", 4) == list(told("by_quarter").values())
    assert series("nps", *YEAR, "month", 4) == list(told("by_month").values())


def test_markets() -> None:
    found = by_member("nps", *YEAR, "country", 4)
    assert {MARKETS[country]: score for country, score in found.items()} == told("by_market")


@pytest.mark.parametrize("quarter", range(4))
def test_markets_in_each_quarter(quarter: int) -> None:
    days = [f"2021-{month:02d}-01" for month in (1, 4, 7, 10)] + ["2022-01-01"]
    found = by_member("nps", days[quarter], days[quarter + 1], "country", 4)
    expected = told("by_market_quarter")
    for country, score in found.items():
        assert score == expected[f"{MARKETS[country]}|2021Q{quarter + 1}"], country


def test_every_score_is_held() -> None:
    counted = json.loads((SETS / "reference" / "nps.json").read_text())["distribution"]
    scores = list(Answer.objects.values_list("score", flat=True))
    assert {str(score): scores.count(score) for score in range(11)} == counted


def test_the_twin_that_writes_dates_with_dashes_changes_nothing(capsys) -> None:
    bring("survey-answers", "nps_bank/dialect_dash/NPStimeseries.csv", "nps-survey-answers", mode="upsert")
    assert "0 created, 0 changed, 5,000 unchanged" in capsys.readouterr().out
