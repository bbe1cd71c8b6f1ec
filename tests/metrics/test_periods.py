"""A series takes exactly the days it was asked for, in the steps people know."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import (
    DAY,
    Grain,
    Period,
    add_months,
    containing,
    floor,
    following,
    in_words,
    months_before,
    short,
    steps,
    trailing,
)

days = st.dates(date(1999, 1, 1), date(2101, 1, 1))
periods = st.builds(lambda start, length: Period(start, start + timedelta(days=length)), days, st.integers(1, 730))
grains = st.sampled_from(list(Grain))
fiscal = st.integers(1, 12)


@given(periods, grains, fiscal)
def test_the_steps_over_a_period_are_exactly_its_days(period: Period, grain: Grain, start: int) -> None:
    taken = list(steps(period, grain, fiscal_start=start))
    assert taken[0].start == period.start
    assert taken[-1].end == period.end
    assert all(one.end == after.start for one, after in pairwise(taken))
    assert sum(one.days for one in taken) == period.days


@given(days, grains, fiscal)
def test_every_day_lies_in_the_step_around_it(day: date, grain: Grain, start: int) -> None:
    around = containing(day, grain, fiscal_start=start)
    assert day in around
    assert floor(around.start, grain, fiscal_start=start) == around.start
    assert floor(around.last, grain, fiscal_start=start) == around.start
    assert floor(around.end, grain, fiscal_start=start) == around.end == following(around.start, grain)


@given(periods)
def test_a_step_of_one_day_is_one_day(period: Period) -> None:
    assert len(list(steps(period, Grain.DAY))) == period.days


@given(days, st.integers(-600, 600))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), -48, date(2020, 2, 29)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
    ],
)
def test_the_end_of_a_month_stays_its_end(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "first", "name"),
    [
        (date(2020, 12, 31), date(2020, 12, 28), "W53 2020"),
        (date(2021, 1, 3), date(2020, 12, 28), "W53 2020"),
        (date(2021, 1, 4), date(2021, 1, 4), "W1 2021"),
        (date(2024, 12, 30), date(2024, 12, 30), "W1 2025"),
    ],
)
def test_a_week_at_the_turn_of_the_year_belongs_to_the_year_of_its_thursday(day: date, first: date, name: str) -> None:
    assert floor(day, Grain.WEEK) == first
    assert short(first, Grain.WEEK) == name


def test_a_fiscal_year_starts_in_its_month() -> None:
    assert containing(date(2026, 3, 31), Grain.FISCAL_YEAR, fiscal_start=4) == Period(
        date(2025, 4, 1), date(2026, 4, 1)
    )
    assert floor(date(2026, 4, 1), Grain.FISCAL_YEAR, fiscal_start=4) == date(2026, 4, 1)
    assert short(date(2026, 4, 1), Grain.FISCAL_YEAR) == "FY 2026/27"
    assert short(date(2099, 4, 1), Grain.FISCAL_YEAR) == "FY 2099/00"


def test_a_leap_year_has_a_day_more() -> None:
    assert containing(date(2024, 5, 1), Grain.YEAR).days == 366
    assert containing(date(2100, 5, 1), Grain.YEAR).days == 365


def test_a_period_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(date(2026, 1, 1), date(2026, 1, 1))


def test_a_period_has_its_first_day_and_not_its_end() -> None:
    january = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert date(2026, 1, 1) in january
    assert date(2026, 2, 1) not in january
    assert january.last == date(2026, 1, 31)
    assert january.is_whole_months
    assert january.earlier() == Period(date(2025, 12, 1), date(2026, 1, 1))
    assert january.until(date(2026, 1, 10)) == Period(date(2026, 1, 1), date(2026, 1, 10))
    assert january.until(date(2026, 1, 1)) is None


def test_stretches_that_look_back() -> None:
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    assert [p.start for p in months_before(march, 3)] == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert trailing(march, 365) == Period(date(2025, 4, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 5, 5), date(2026, 5, 6), "5 May 2026"),
        (date(2026, 3, 1), date(2026, 4, 1), "1 to 31 March 2026"),
        (date(2026, 2, 28), date(2026, 3, 4), "28 February to 3 March 2026"),
        (date(2025, 12, 30), date(2026, 1, 3), "30 December 2025 to 2 January 2026"),
    ],
)
def test_a_period_reads_as_a_person_writes_it(start: date, end: date, words: str) -> None:
    assert in_words(Period(start, end)) == words
