"""What became of the numbers after a marked day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.http import urlencode

from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.numbers import (
    KPI_CHOICE,
    WHERE_CHOICE,
    AboutNumbers,
    kpi_asked,
    kpi_path,
    question_asked,
    sights_of,
    ticks_of,
    whose,
)
from metrics.analyses.past import Past, past_of
from metrics.analyses.shape import Amount, Cell, Chart, Column, Figure, Line, Link, Point, Result, Table
from metrics.analyses.telling import address
from metrics.analyses.why_it_changed import WhyItChanged
from metrics.boards import BOARDS
from metrics.evaluate import Value, change, read_together
from metrics.language import KPI, Unit
from metrics.mathematics.counterfactual import Effect, effect
from metrics.mathematics.enough import TooFew
from metrics.mathematics.forecast import Kind
from metrics.models.marked import MarkedDate
from metrics.periods import Grain, Period, add_months, floor, in_words
from metrics.reading import Slice
from metrics.wording import change_in_words

MOST = 12  # months held against one another
NO_PROOF = "What came after a day need not have come from it: this is an association, no proof."


@dataclass(frozen=True)
class DateChoice(Choice):
    """A marked day by its number, or any day."""

    def offers(self, user: Any) -> Mapping[str, str]:
        return {"": "The last with a month after it"} | {
            str(one.pk): f"{one.name}, {one.on.day} {one.on:%B %Y}" for one in MarkedDate.objects.all()[:50]
        }


@dataclass(frozen=True)
class Marked:
    """The day, and the equally long stretches of whole months before and after it."""

    name: str
    on: date
    before: Period
    after: Period
    year_ago: Period

    @property
    def months(self) -> int:
        return (self.after.end.year - self.after.start.year) * 12 + self.after.end.month - self.after.start.month

    @property
    def has_year(self) -> bool:
        """Whether the same months a year earlier all lie before the day."""
        return self.year_ago.end <= self.on


class BeforeAndAfter(AboutNumbers, Analysis):
    """The numbers of the months after a marked day, against as many before it, and against what would have come.

    Whole months count; the month the day lies in counts on neither side, unless it begins with it. As many months
    before stand on the other side, twelve at most, and where they lie before the day too, the same months a year
    earlier, so that a season is not taken for a success. What would have come is forecast from the time before, by the
    way that foretold that time best; the same is then done at earlier days on which nothing was marked, and how often
    those differ as much is the chance that this means nothing (after Abadie, Diamond and Hainmueller, 2010).
    """

    title = "Before and after"
    choices = (DateChoice("date", "Marked date"), KPI_CHOICE, WHERE_CHOICE)

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        marked = _marked(ask)
        if marked is None:
            return Result(0, refusal=_nothing_marked(ask))
        question = question_asked(ask)
        past = past_of(question, Grain.MONTH)
        told, why_not = _effect(past, marked.on)
        compared = _table(ask, marked)
        return Result(
            n=marked.months,
            of=f"month{'' if marked.months == 1 else 's'} after {marked.name}",
            honesty=" ".join(filter(None, [whose(question), NO_PROOF])),
            figures=_figures(past, told) if told else (),
            charts=(_chart(past, marked, told),) if told else (),
            tables=(compared,),
            remarks=(_verdict(past, told, marked) if told else f"{past.kpi.title}: {why_not}",),
        )


def _nothing_marked(ask: Ask) -> str:
    if MarkedDate.objects.exists():
        return "No whole month has passed since the day that is marked. Look again when one has."
    return "No day is marked yet. Managers mark one under Marked dates: the day a CRM came, a price rose, a team grew."


def _marked(ask: Ask) -> Marked | None:
    """The day asked for, else the last one with a whole month after it. Raises `ValidationError`."""
    said = ask.said["date"]
    if said.isdigit() and len(said) < 10:
        found = MarkedDate.objects.filter(pk=int(said)).first()
        if found is None:
            raise ValidationError({"date": f"There is no marked day {said}."})
        return _around(found.name, found.on, ask.until)
    if said:
        try:
            day = date.fromisoformat(said)
        except ValueError as error:
            raise ValidationError({"date": "Name a marked day by its number, or any day as in 2026-01-31."}) from error
        return _around(f"{day.day} {day:%B %Y}", day, ask.until)
    every = (_around(one.name, one.on, ask.until) for one in MarkedDate.objects.order_by("-on", "pk"))
    return next((one for one in every if one), None)


def _around(name: str, on: date, until: date) -> Marked | None:
    last = floor(on, Grain.MONTH)  # the day after the months before
    first = last if last == on else add_months(last, 1)
    end = floor(until, Grain.MONTH)
    months = min(MOST, (end.year - first.year) * 12 + end.month - first.month)
    if months < 1:
        return None
    after = Period(first, add_months(first, months))
    before = Period(add_months(last, -months), last)
    return Marked(name, on, before, after, Period(add_months(after.start, -12), add_months(after.end, -12)))


# ── Against what would have come ────────────────────────────────────────────────────────────────────────────────


def _effect(past: Past, on: date) -> tuple[Effect | None, str]:
    before = past.until(on).unbroken
    after = [n for n, period in zip(past.numbers, past.periods, strict=True) if period.start >= on][:MOST]
    if not after or any(number is None for number in after):
        return None, "there is no unbroken time after the day to hold against what would have come."
    try:
        sides = (tuple(n for n in side if n is not None) for side in (before.numbers, after))
        return _foretold(*sides, past.season, past.kind), ""
    except TooFew as few:
        return None, f"what would have come cannot be told. {few}"


@lru_cache(maxsize=256)
def _foretold(before: tuple[float, ...], after: tuple[float, ...], season: int, kind: Kind) -> Effect:
    return effect(before, after, season=season, kind=kind)


def _figures(past: Past, told: Effect) -> tuple[Figure, ...]:
    unit = past.kpi.unit
    tried = f"{told.placebos} earlier day{'' if told.placebos == 1 else 's'} tried"
    return (
        Figure("difference", f"{past.kpi.title}, more a month than expected", told.difference, unit, *told.interval),
        Figure("chance", "As much on days nothing happened", told.chance, Unit.PERCENT, note=tried),
    )


def _verdict(past: Past, told: Effect, marked: Marked) -> str:
    if not told.is_clear and not told.interval.holds(0):
        tried = f"of {told.placebos} earlier days that could be tried too many differed as much, or they were too few"
        return f"{past.kpi.title} left what would have come without {marked.name}, but {tried}: nothing is clear."
    if not told.is_clear:
        return f"{past.kpi.title} is within what would have come without {marked.name}."
    way = "above" if told.difference > 0 else "below"
    fits = (told.difference > 0) == (past.better > 0)
    good = f", for the {'better' if fits else 'worse'}" if past.better else ""
    return f"{past.kpi.title} is clearly {way} what would have come without {marked.name}{good}."


def _chart(past: Past, marked: Marked, told: Effect) -> Chart:
    before = len(past.until(marked.on).periods)
    first = next(i for i, period in enumerate(past.periods) if period.start >= marked.on)
    actual = tuple(Point(i, number) for i, number in enumerate(past.numbers[: first + len(told.actual)]))
    expected = [Point(first + i, step.value, *step.nearly_sure) for i, step in enumerate(told.expected)]
    joined = [Point(before - 1, past.numbers[before - 1])] if before else []
    lines = (Line("What came", actual), Line("What would have come, 95 %", (*joined, *expected)))
    starts = [period.start for period in past.periods[: first + len(told.actual)]]
    title = f"{past.kpi.title} before and after {marked.name}, {marked.on.day} {marked.on:%B %Y}"
    return Chart("effect", title, lines, past.kpi.unit, "Settled months", ticks_of(starts, past.grain))


# ── Against the months before ───────────────────────────────────────────────────────────────────────────────────


def _table(ask: Ask, marked: Marked) -> Table:
    asked = kpi_asked(ask)[0]
    kpis = list(dict.fromkeys([asked, *(kpi for board in BOARDS.values() for kpi in board.kpis)]))
    sides = [marked.before, marked.after, *([marked.year_ago] if marked.has_year else [])]
    values = _read(ask, kpis, sides)
    columns = (
        Column("number", "Number"),
        Column("before", "Before"),
        Column("after", "After"),
        Column("growth", "Change"),
        Column("year_ago", "A year before"),
        Column("year_growth", "Change from then"),
        Column("n", "Rows after"),
        Column("parts", "By whom or what"),
    )
    note = f"{in_words(marked.after)} after, {in_words(marked.before)} before."
    rows = tuple(_row(kpi, values[kpi], marked) for kpi in kpis if kpi in values and values[kpi][1].value is not None)
    return Table("numbers", f"Before and after {marked.name}", columns, rows, note)


def _read(ask: Ask, kpis: list[type[KPI]], sides: list[Period]) -> dict[type[KPI], list[Value]]:
    """Each stretch counted as one, so that a rate is a sum over a sum, and no mean of months."""
    sights, found = sights_of(ask, kpis), dict[type[KPI], list[Value]]()
    for reach in {sight.reach for sight in sights.values()}:
        seen = [kpi for kpi, sight in sights.items() if sight.reach is reach]
        limits = {measure: limit for kpi in seen for measure, limit in sights[kpi].limits.items()}
        reading = read_together(dict.fromkeys(seen, sides), cut=Slice(limits=limits), settled=ask.until)
        found |= {kpi: [reading.value(kpi, side) for side in sides] for kpi in seen}
    return found


def _row(kpi: type[KPI], values: list[Value], marked: Marked) -> tuple[Cell, ...]:
    before, after, *earlier = values
    year = earlier[0] if earlier else None
    return (
        Link(kpi.title, kpi_path(kpi, marked.after)),
        _amount(kpi, before),
        _amount(kpi, after),
        change_in_words(kpi, change(kpi, after, before), after, before),
        _amount(kpi, year) if year else None,
        change_in_words(kpi, change(kpi, after, year), after, year) if year else "",
        after.n,
        Link("parts", f"{address(WhyItChanged)}?{urlencode(_days(kpi, marked))}"),
    )


def _days(kpi: type[KPI], marked: Marked) -> dict[str, str]:
    days = {"start": marked.after.start.isoformat(), "end": marked.after.end.isoformat()}
    return {"kpi": kpi.key, **days, "against": f"{marked.before.start}/{marked.before.end}"}


def _amount(kpi: type[KPI], value: Value) -> Amount | None:
    return None if value.value is None else Amount(float(value.value), kpi.unit)
