"""Numbers read as people write them."""

from fractions import Fraction

import pytest

from metrics.evaluate import Status, Value, change, exact
from metrics.kpis.sales import DealsWon, WinRate, WonRevenue
from metrics.kpis.surveys import NPS
from metrics.language import KPI, Reason, Unit
from metrics.wording import change_in_words, duration, in_unit, money, money_in_full, reason_in_words, sides, written


def a_value(amount: float | None, reason: Reason | None = None, *sides: int) -> Value:
    above, below = sides or (None, None)
    value = None if amount is None else Fraction(str(amount))
    return Value(above and Fraction(above), below and Fraction(below), value, 7, Status.FINAL, reason)


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (1234, Unit.COUNT, "1,234"),
        (-3, Unit.COUNT, "−3"),
        (0.6316, Unit.PERCENT, "63.2 %"),
        (-0.011, Unit.PERCENT, "−1.1 %"),
        (11.84, Unit.POINTS, "+11.8"),
        (-11.84, Unit.POINTS, "−11.8"),
        (3.04, Unit.TIMES, "3.0 ×"),
        (2.935, Unit.NUMBER, "2.94"),
        (15_120, Unit.SECONDS, "4 h 12 min"),
        (51.78, Unit.DAYS, "51.8 days"),
        (99.9, Unit.MONEY, "€99.90"),
    ],
)
def test_a_number_reads_in_its_unit(amount: float, unit: Unit, words: str) -> None:
    assert in_unit(amount, unit) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "€0.00"),
        (-0.001, "€0.00"),
        (999.99, "€999.99"),
        (999.996, "€1,000"),
        (-12_345.6, "−€12,346"),
        (1_234_567, "€1.23 M"),
        (2_500_000_000, "€2.50 bn"),
    ],
)
def test_money_is_short_on_a_card(amount: float, words: str) -> None:
    assert money(amount) == words


def test_money_is_whole_on_a_row() -> None:
    assert money_in_full(Fraction("1234567.895")) == "€1,234,567.90"
    assert money_in_full(Fraction("-0.004")) == "€0.00"
    assert money_in_full(Fraction(-5), "CHF") == "−CHF 5.00"
    assert money(5, "SEK") == "SEK 5.00"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (3_599, "1 h"),
        (3_600 * 47 + 60, "47 h 1 min"),
        (3_600 * 48, "2 d"),
        (3_600 * 76, "3 d 4 h"),
        (-3_660, "−1 h 1 min"),
        (-0.2, "0 s"),
    ],
)
def test_a_duration_reads_in_the_two_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_no_value_is_a_dash_and_says_why() -> None:
    nothing = a_value(None, Reason.NO_DENOMINATOR)
    assert written(WinRate, nothing) == "–"
    assert reason_in_words(nothing) == "nothing to divide by"
    assert reason_in_words(a_value(1)) == ""


@pytest.mark.parametrize(
    ("kpi", "now", "before", "words"),
    [
        (WinRate, 0.60, 0.55, "+5.0 points"),
        (NPS, 10, 12.5, "−2.5 points"),
        (WonRevenue, 150, 100, "+50.0 %"),
        (WonRevenue, 88, 100, "−12.0 %"),
        (WonRevenue, 100, 100, "unchanged"),
        (WinRate, 0.5501, 0.5504, "unchanged"),
        (DealsWon, 5, 0, "new"),
        (WinRate, 0.5, None, "nothing to compare with"),
    ],
)
def test_a_change_reads_against_the_earlier_value(
    kpi: type[KPI], now: float, before: float | None, words: str
) -> None:
    later = a_value(now)
    earlier = a_value(before, None if before is not None else Reason.NO_DENOMINATOR)
    assert change_in_words(kpi, change(kpi, later, earlier), later, earlier) == words


def test_a_quotient_shows_its_sides() -> None:
    assert sides(WinRate, a_value(0.5, None, 2, 4)) == "2 of 4"
    assert sides(WonRevenue, a_value(5)) == ""


def test_a_fraction_is_rounded_once_and_keeps_its_size() -> None:
    assert str(exact(Fraction(1, 3))) == "0.333333333333"
    assert exact(Fraction(10**25, 1)) == 10**25
    assert exact(None) is None
