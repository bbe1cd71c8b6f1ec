"""`manage.py analysis`: two orders of January, read at the command line."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from metrics.analyses.book import all_analyses
from metrics.measures.sales import MoneyBack, Purchases
from metrics.models import AnalysisResult
from tests.makers import make_customer, make_order
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> None:
    """110 of Ada on the 5th, and 40 of one whose name looks like a formula on the 7th."""
    make_order(110, customer=make_customer("Ada"), placed_at=datetime(2025, 1, 5, 12, tzinfo=UTC))
    make_order(40, customer=make_customer("=1+1"), placed_at=datetime(2025, 1, 7, 12, tzinfo=UTC))
    settle(Purchases, MoneyBack)


def analysis(*words: str, **options: object) -> str:
    printed = StringIO()
    call_command("analysis", *words, stdout=printed, **options)
    return printed.getvalue()


def test_every_analysis_is_listed_with_its_choices() -> None:
    listed = analysis(list=True).splitlines()
    assert [line.split("  ")[0] for line in listed] == [one.key for one in all_analyses()]
    assert "cohorts  who=subscribers|buyers  cohort=…" in listed


def test_a_table_reads_as_on_the_page(shop: None) -> None:
    printed = analysis("rfm")
    assert "2 buyers. Every score is counted" in printed
    line = next(line for line in printed.splitlines() if line.strip().startswith("Ada"))
    assert line.split()[-1] == "€110.00"
    assert "5 Jan 2025" in line


def test_csv_is_one_table_and_holds_no_formula(shop: None) -> None:
    lines = analysis("rfm", table="customers", format="csv").splitlines()
    assert lines[0] == "customer_id,customer,segment,score,last,purchases,spent"
    assert [line.split(",")[1] for line in lines[1:]] == ["Ada", "'=1+1"]
    with pytest.raises(CommandError, match="name one of the tables"):
        analysis("rfm", format="csv")


def test_what_makes_no_sense_is_refused_in_a_line(shop: None) -> None:
    with pytest.raises(CommandError, match=r"KEY: There is no analysis 'cohort'\. Did you mean: cohorts"):
        analysis("cohort")
    with pytest.raises(CommandError, match="--say group: The segments are Champions"):
        analysis("rfm", say=["group=Everybody"])
    with pytest.raises(CommandError, match=r"--say colour: This analysis does not ask for that\."):
        analysis("rfm", say=["colour=red"])
    with pytest.raises(CommandError, match="name an analysis"):
        analysis()


def test_all_learn_when_told_to(shop: None) -> None:
    printed = analysis(learn=True)
    assert "customer_values: This needs at least 200 customers; there are 2." in printed
    assert "records looked over: " in printed
    assert set(AnalysisResult.objects.values_list("analysis", flat=True)) == {
        one.key for one in all_analyses() if one.learns
    }
