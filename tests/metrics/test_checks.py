"""A bad declaration stops `manage.py check`, which names the class and the attribute."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db.models import Q

from metrics import dimensions as cut
from metrics import language, registry
from metrics.checks import TAG, dimensions
from metrics.language import KPI, Dimension, Elapsed, Example, Grain, Kept, Measure, Unit
from metrics.measures.sales import DealsClosed, SalesCycles
from sales.models import Deal, Quota


@pytest.fixture(autouse=True)
def only_for_now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test declares is forgotten after it."""
    monkeypatch.setattr(language, "MEASURES", dict(language.MEASURES))
    monkeypatch.setattr(language, "KPIS", dict(language.KPIS))
    monkeypatch.setattr(registry, "MEASURES", language.MEASURES)
    monkeypatch.setattr(registry, "KPIS", language.KPIS)
    declared = list(language.DECLARED)
    yield
    language.DECLARED[:] = declared


def complaints() -> dict[str, str]:
    """What is wrong, by the class and attribute it is said of."""
    return {str(error.obj): str(error.msg) for error in run_checks(tags=[TAG])}


def measure(**words: Any) -> type[Measure]:
    """A measure that is right but for these words."""
    right = {"__doc__": "Toys.", "rows": Deal.objects.all, "clock": "closed_at"}
    return type("Toys", (Measure,), {"__module__": "toy", "__qualname__": "Toys", **right, **words})


def kpi(**words: Any) -> type[KPI]:
    right = {"__doc__": "Toys.", "formula": DealsClosed.count(), "example": Example("One toy.", (1,), 1)}
    return type("ToyRate", (KPI,), {"__module__": "toy", "__qualname__": "ToyRate", **right, **words})


def test_everything_that_is_declared_is_right() -> None:
    assert complaints() == {}
    measure()
    kpi()
    assert complaints() == {}


def test_the_command_fails_and_says_where() -> None:
    measure(clock="closed_on")
    with pytest.raises(CommandError) as failed:
        call_command("check")
    assert "toy.Toys.clock: (metrics.E001) Deal has no 'closed_on'." in str(failed.value)


def test_reading_declarations_takes_no_database() -> None:
    assert complaints() == {}  # This test has no access to one.


FIFTEEN = {f"m{i}": Q(outcome="won") for i in range(15)}


@pytest.mark.parametrize(
    ("words", "attribute", "said"),
    [
        ({"__doc__": ""}, "__doc__", "no docstring"),
        ({"__doc__": "Toys without an end"}, "__doc__", "full stop"),
        ({"rows": lambda: 5}, "rows", "no QuerySet"),
        ({"rows": lambda: Deal.objects.filter(colour=1)}, "rows", "colour"),
        ({"clock": "outcome"}, "clock", "not a day or moment"),
        ({"clock": "closing_at"}, "clock", "Deal has no 'closing_at'"),
        ({"through": "expected_close_on"}, "through", "Only what counts on a day"),
        ({"value": "name"}, "value", "not a number"),
        ({"value": Elapsed("created_at", "name")}, "value", "'name' is not a moment"),
        ({"currency": "currency"}, "value", "Money has a value"),
        ({"subject": "owner"}, "subject", "not a customer"),
        ({"record": "parent"}, "record", "no 'parent'"),
        ({"part": "name"}, "part", "not a whole number"),
        ({"as_of": "name"}, "as_of", "not a moment"),
        ({"marks": FIFTEEN}, "marks", "15 marks are more than 14"),
        ({"marks": {"red": Q(colour=1)}}, "marks", "red"),
        ({"by": (cut.OWNER.at("seller"),)}, "by", "owner: Deal has no 'seller'"),
        ({"by": (cut.OWNER.at("owner"), cut.OWNER.at("owner"))}, "by", "owner is named 2 times"),
        ({"by": (cut.CHANNEL,)}, "by", "channel: it needs a path"),
        ({"by": (cut.TEAM,)}, "by", "team: it needs a cut by owner or agent"),
        ({"by": (cut.SEGMENT,)}, "by", "segment: it needs the measure's subject"),
        ({"by": (cut.OWNER.at("described.boss"),), "subject": "customer"}, "by", "boss"),
        ({"by": (Dimension(99, "colour", "Colour").at("name"),)}, "by", "colour is not among the dimensions"),
    ],
)
def test_a_bad_measure_is_found(words: dict[str, Any], attribute: str, said: str) -> None:
    measure(**words)
    assert said in complaints()[f"toy.Toys.{attribute}"]


def test_a_span_of_days_has_no_other_parts() -> None:
    measure(rows=Quota.objects.all, clock="starts_on", through="ends_on", part="id")
    assert complaints() == {"toy.Toys.part": "The parts of a span are its days."}


@pytest.mark.parametrize(
    ("words", "attribute", "said"),
    [
        ({"__doc__": None}, "__doc__", "no docstring"),
        ({"formula": None}, "formula", "counts nothing"),
        ({"formula": DealsClosed.count("gone")}, "formula", "no mark 'gone'. It has: won, upsell, cross_sell."),
        ({"grains": ()}, "grains", "no grain"),
        ({"grains": ("month",)}, "grains", "no grain"),
        ({"unit": Unit.PERCENT}, "unit", "come from a division"),
        ({"unit": Unit.MONEY}, "unit", "None of its terms is money"),
        ({"formula": DealsClosed.total()}, "unit", "One of its terms is money"),
        ({"unit": "litres"}, "unit", "not a unit"),
        ({"is_share": True}, "is_share", "divided by a number of rows"),
        ({"example": None}, "example", "It has none"),
        ({"example": Example("Two toys.", (1,), 2)}, "example", "It says 2, the formula makes 1 of it."),
        ({"example": Example("Two toys.", (1, 1), 2)}, "example", "The formula has 1 terms, the example tells 2."),
        ({"formula": SalesCycles.percentile(50)}, "formula", "between 0 and 1"),
    ],
)
def test_a_bad_kpi_is_found(words: dict[str, Any], attribute: str, said: str) -> None:
    kpi(**words)
    assert said in complaints()[f"toy.ToyRate.{attribute}"]


def test_a_term_asks_no_more_of_a_measure_than_it_has() -> None:
    toys = measure()
    kpi(formula=toys.total() / toys.kept(Kept.STARTERS))
    assert "Toys has no" in complaints()["toy.ToyRate.formula"]


def test_a_share_of_money_is_no_share() -> None:
    formula, example = DealsClosed.total("won") / DealsClosed.total(), Example("Half of it.", (1, 2), 50)
    kpi(formula=formula, unit=Unit.PERCENT, is_share=True, grains=(Grain.DAY,), example=example)
    assert list(complaints()) == ["toy.ToyRate.is_share"]


def test_a_second_class_of_a_name_is_found() -> None:
    measure()
    measure()
    kpi(title="Win rate")
    assert complaints() == {
        "toy.Toys.key": "toy.Toys has the key 'toys' already.",
        "toy.ToyRate.title": "metrics.kpis.sales.WinRate has the title 'Win rate' already.",
    }


def test_dimensions_share_neither_number_nor_column() -> None:
    said = {error.obj: error.msg for error in dimensions([Dimension(1, "owner", "A"), Dimension(1, "colour", "B")])}
    assert said == {
        "metrics.dimensions.owner": "Its id 1 is another's too.",
        "metrics.dimensions.colour": "The ledger has no column of this name.",
    }
