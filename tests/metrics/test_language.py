"""Formulas say what they mean, and refuse what they cannot mean. Toy measures; no record, no database."""

from datetime import date

import pytest

from metrics import language
from metrics.language import KPI, Dimension, Kept, Measure, inside, snake, words
from metrics.periods import Period

COLOUR, SIZE, SHOP = (Dimension(900 + i, key, key.title()) for i, key in enumerate(("colour", "size", "shop")))


@pytest.fixture(autouse=True)
def only_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is forgotten after it."""
    for name in ("MEASURES", "KPIS"):
        monkeypatch.setattr(language, name, {})
    monkeypatch.setattr(language, "DECLARED", [])


@pytest.fixture
def sold() -> type[Measure]:
    class ToysSold(Measure):
        """Toys, dated the day each was sold."""

        clock = "sold_at"
        value = "price"
        subject = "child"
        marks = {"wrapped": None, "on_sale": None}
        by = COLOUR.at("colour"), SIZE.at("size"), SHOP.at("shop")

    return ToysSold


@pytest.fixture
def made() -> type[Measure]:
    class ToysMade(Measure):
        """Toys, dated the day each was made."""

        by = COLOUR.at("colour"), SIZE.at("size")

    return ToysMade


@pytest.mark.parametrize(
    ("name", "title", "key"),
    [
        ("WinRate", "Win rate", "win_rate"),
        ("FirstResponseTime", "First response time", "first_response_time"),
        ("MRR", "MRR", "mrr"),
        ("MRRMovements", "MRR movements", "mrr_movements"),
        ("NetNewMRR", "Net new MRR", "net_new_mrr"),
        ("CSATMean", "CSAT mean", "csat_mean"),
        ("FirstResponseTimeP90", "First response time P90", "first_response_time_p90"),
        ("LTVToCAC", "LTV to CAC", "ltv_to_cac"),
    ],
)
def test_a_class_is_called_and_known_by_its_name(name: str, title: str, key: str) -> None:
    assert (words(name), snake(name)) == (title, key)


def test_a_title_inside_a_sentence_is_small_unless_it_is_an_abbreviation() -> None:
    assert inside("Deals closed") == "deals closed"
    assert inside("MRR movements") == "MRR movements"
    assert inside("A") == "a"


def test_a_formula_reads_in_words(sold: type[Measure], made: type[Measure]) -> None:
    assert (sold.count("on_sale") / sold.count()).in_words() == "number of toys sold (on sale) ÷ number of toys sold"
    assert (12 * sold.stock()).in_words() == "12 × balance of toys sold at the end"
    assert sold.percentile(0.5).in_words() == "median of toys sold"
    assert sold.percentile(0.9).in_words() == "90th percentile of toys sold"
    assert sold.distinct(lifetime=2).in_words() == "customers among toys sold with 2 or more to date"
    assert sold.kept(Kept.STARTERS).in_words() == "toys sold at the start"


def test_brackets_stand_where_they_are_needed_and_nowhere_else(sold: type[Measure], made: type[Measure]) -> None:
    a, b, c = sold.count(), made.count(), made.total()
    x, y, z = "number of toys sold", "number of toys made", "sum of toys made"
    assert ((a - b) / c).in_words() == f"({x} − {y}) ÷ {z}"
    assert (a - (b - c)).in_words() == f"{x} − ({y} − {z})"
    assert (a - b - c).in_words() == f"{x} − {y} − {z}"
    assert (a / (b / c)).in_words() == f"{x} ÷ ({y} ÷ {z})"
    assert (a + b / c).in_words() == f"{x} + {y} ÷ {z}"
    assert (2 - a).in_words() == f"2 − {x}"


def test_a_formula_has_the_cuts_all_its_terms_have(sold: type[Measure], made: type[Measure]) -> None:
    class Yield(KPI):
        """Toys sold for each one made."""

        formula = sold.count() / made.count()

    assert Yield.dimensions() == (COLOUR, SIZE)
    assert Yield.dimension("size") is SIZE
    assert Yield.measures() == (sold, made)


def test_a_cut_that_makes_no_sense_is_refused_with_those_that_do(sold: type[Measure], made: type[Measure]) -> None:
    class Yield(KPI):
        """Toys sold for each one made."""

        formula = sold.count() / made.count()

    with pytest.raises(LookupError, match=r"Yield cannot be cut by shop\. It can by: colour, size\."):
        Yield.dimension("shop")


def test_the_docstring_is_the_definition(sold: type[Measure]) -> None:
    class Sales(KPI):
        """How many toys
        were sold.

        Those given away
        do not count.
        """

        formula = sold.count()

    assert Sales.summary() == "How many toys were sold."
    assert Sales.definition() == "How many toys were sold.\n\nThose given away do not count."


def test_a_formula_over_other_days_looks_there_with_every_term(sold: type[Measure]) -> None:
    def a_week_before(period: Period) -> list[Period]:
        return [period.earlier()]

    earlier = (sold.count() / sold.total()).over(a_week_before)
    week = Period(date(2026, 1, 8), date(2026, 1, 15))
    assert all(leaf.periods and leaf.periods(week) == [week.earlier()] for leaf in earlier.leaves())
    assert all(leaf.periods is None for leaf in (sold.count() / sold.total()).leaves())
