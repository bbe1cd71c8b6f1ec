"""The running month is held against equally many days of the one before."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from metrics import calendar
from metrics.asking import ask
from metrics.periods import Period
from metrics.registry import kpi_of


@pytest.mark.parametrize(
    ("name", "so_far", "held_against"),
    [
        ("this_month", ("2026-11-01", "2026-11-22"), ("2026-10-01", "2026-10-22")),
        ("this_month", ("2026-03-01", "2026-03-31"), ("2026-01-30", "2026-03-01")),  # 30 days: February has 28.
        ("this_quarter", ("2026-10-01", "2026-11-22"), ("2026-07-01", "2026-08-22")),
        ("this_year", ("2026-01-01", "2026-11-22"), ("2025-01-01", "2025-11-22")),
        ("last_30", ("2026-10-23", "2026-11-22"), ("2026-09-23", "2026-10-23")),
        ("last_month", ("2026-10-01", "2026-11-01"), ("2026-08-31", "2026-10-01")),  # 31 days against 31.
    ],
)
def test_equally_many_days(name: str, so_far: tuple[str, str], held_against: tuple[str, str]) -> None:
    now, then = (Period(*map(date.fromisoformat, days)) for days in (so_far, held_against))
    assert calendar.before(name, now) == then
    assert now.days == then.days


def test_presets_end_where_nights_are_settled() -> None:
    until = date(2026, 11, 22)
    assert calendar.preset("last_30", until=until) == Period(date(2026, 10, 23), until)
    assert calendar.preset("this_month", until=until) == Period(date(2026, 11, 1), date(2026, 12, 1))
    assert calendar.preset("last_quarter", until=until) == Period(date(2026, 7, 1), date(2026, 10, 1))
    with pytest.raises(KeyError):
        calendar.preset("last_week_but_one", until=until)


@pytest.mark.django_db
@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_no_series_is_longer_than_a_person_reads(grain: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(kpi_of("win_rate"), start="1900-01-01", end="2200-01-01", grain=grain)
    assert "grain" in refused.value.message_dict
