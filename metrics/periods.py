"""Half-open stretches of local days, and the calendar steps a series takes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class Grain(StrEnum):
    """The step of a series. Weeks are ISO weeks, from Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FISCAL_YEAR = "fiscal_year"


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` up to, but not including, `end`; `whole` is the step it is the settled part of."""

    start: date
    end: date
    whole: "Period | None" = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"A period ends after it starts; {self.start} to {self.end} does not.")

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.end - DAY

    @property
    def is_whole_months(self) -> bool:
        return self.start.day == 1 and self.end.day == 1

    def earlier(self) -> "Period":
        """The equally long period that ends where this one starts."""
        return Period(self.start - (self.end - self.start), self.start)

    def until(self, day: date) -> "Period | None":
        """The part before `day`, or none."""
        return Period(self.start, min(self.end, day), self.whole or self) if day > self.start else None


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day: 31 January and one month is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    length = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
    return first.replace(day=min(day.day, length))


def floor(day: date, grain: Grain, *, fiscal_start: int = 1) -> date:
    """The first day of the step that holds `day`."""
    match grain:
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case Grain.YEAR:
            return date(day.year, 1, 1)
        case Grain.FISCAL_YEAR:
            return date(day.year - (day.month < fiscal_start), fiscal_start, 1)


def following(start: date, grain: Grain) -> date:
    """The first day of the step after the one that starts at `start`."""
    match grain:
        case Grain.DAY:
            return start + DAY
        case Grain.WEEK:
            return start + 7 * DAY
        case Grain.MONTH:
            return add_months(start, 1)
        case Grain.QUARTER:
            return add_months(start, 3)
        case Grain.YEAR | Grain.FISCAL_YEAR:
            return add_months(start, 12)


def containing(day: date, grain: Grain, *, fiscal_start: int = 1) -> Period:
    """The whole step around `day`."""
    start = floor(day, grain, fiscal_start=fiscal_start)
    return Period(start, following(start, grain))


def steps(period: Period, grain: Grain, *, fiscal_start: int = 1) -> Iterator[Period]:
    """The steps of a grain over a period, the first and last cut to fit: together exactly its days."""
    start = floor(period.start, grain, fiscal_start=fiscal_start)
    while start < period.end:
        end = following(start, grain)
        yield Period(max(start, period.start), min(end, period.end))
        start = end


def months_before(period: Period, count: int) -> list[Period]:
    """The `count` whole months before the one that holds the period's last day."""
    first = floor(period.last, Grain.MONTH)
    return [Period(add_months(first, -i), add_months(first, 1 - i)) for i in range(count, 0, -1)]


def last_month_over(period: Period) -> list[Period]:
    """The last whole month that was over when the period was."""
    end = floor(period.end, Grain.MONTH)
    return [Period(add_months(end, -1), end)]


def opening(period: Period) -> list[Period]:
    """The day before the period: what stands at its end stands at the period's start."""
    return [Period(period.start - DAY, period.start)]


def just_before(period: Period) -> list[Period]:
    """The step before this one, month by month where it is whole months; of a running one as many days."""
    whole = period.whole or period
    earlier = whole.earlier()
    if whole.is_whole_months:
        months = (whole.end.year - whole.start.year) * 12 + whole.end.month - whole.start.month
        earlier = Period(add_months(whole.start, -months), whole.start)
    return [_as_far(earlier, whole, period)]


def year_before(period: Period) -> list[Period]:
    """The same days a year earlier."""
    whole = period.whole or period
    start = add_months(whole.start, -12)
    earlier = Period(start, max(add_months(whole.end, -12), start + DAY))
    return [_as_far(earlier, whole, period)]


def _as_far(earlier: Period, whole: Period, period: Period) -> Period:
    """As many days of the earlier step as there are of this one, where this one is not over."""
    return (
        earlier
        if period.end == whole.end
        else Period(earlier.start, min(earlier.start + (period.end - period.start), earlier.end))
    )


def trailing(period: Period, days: int) -> Period:
    """The `days` days that end where the period ends."""
    return Period(period.end - timedelta(days=days), period.end)


def in_words(period: Period) -> str:
    """As a person writes it: 1 to 31 March 2026, 28 February to 3 March 2026, 5 May 2026."""
    first, last = period.start, period.last
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%B %Y}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {last.day} {last:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


def short(start: date, grain: Grain) -> str:
    """The name of a step on an axis: Mar 2026, Q1 2026, W12 2026, 2026, FY 2026/27, 5 Mar."""
    match grain:
        case Grain.DAY:
            return f"{start.day} {start:%b %Y}"
        case Grain.WEEK:
            year, week, _ = start.isocalendar()
            return f"W{week} {year}"
        case Grain.MONTH:
            return f"{start:%b %Y}"
        case Grain.QUARTER:
            return f"Q{(start.month - 1) // 3 + 1} {start.year}"
        case Grain.YEAR:
            return f"{start.year}"
        case Grain.FISCAL_YEAR:
            return f"FY {start.year}" if start.month == 1 else f"FY {start.year}/{(start.year + 1) % 100:02d}"
