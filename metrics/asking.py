"""A question in outside words, as page, API and command line ask it, turned into one the ledger understands.

Every door reads the same words through here, so the same words mean the same everywhere: `start` and `end` are local
days, half-open; `grain` the step of a series; `by` a cut; `where` members to keep; `as_of` a run, by its number, by a
day, or as `reported`, or `today`: as now known, the running day included.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from metrics import calendar, today
from metrics.books import reported_in
from metrics.dimensions import NONE, labels
from metrics.evaluate import Answer, Value, evaluate, exact
from metrics.explain import Component, Row, components, rows
from metrics.language import KPI, Dimension
from metrics.models import Cell, MeasureState, Run
from metrics.periods import DAY, Grain, Period, floor, steps
from metrics.reading import Slice
from metrics.sight import COMPANY, Sight

FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
MOST_STEPS = 1_000
NOW, REPORTED = "now", "reported"


@dataclass(frozen=True)
class Question:
    """What is asked of one KPI: over which days, in which steps (none: one number), cut how, as of when."""

    kpi: type[KPI]
    period: Period
    grain: Grain | None
    cut: Slice
    sight: Sight = COMPANY
    known_until: date | None = None

    @property
    def settled(self) -> date:
        """The first day that was not settled when this was known."""
        return self.known_until or calendar.settled_until()

    @property
    def periods(self) -> list[Period]:
        if self.grain is None:
            return [self.period]
        return list(steps(self.period, self.grain, fiscal_start=calendar.fiscal_start()))

    def answer(self) -> Answer:
        return evaluate(self.kpi, self.periods, cut=self.cut, settled=self.settled)

    def earlier(self) -> "Question":
        """The same question about the equally long period before."""
        return replace(self, period=self.period.earlier(), grain=None)

    def as_known(self, run: Run | None) -> "Question":
        """The same question as of a run; of none, as now known."""
        known_until = min(run.through + DAY, calendar.settled_until()) if run else None
        return replace(self, cut=replace(self.cut, as_of=run.pk if run else None), known_until=known_until)

    @property
    def so_far(self) -> Period:
        """The part of the period that is settled: what counts."""
        return self.period.until(self.cut.through or self.settled) or self.period

    def whole(self) -> Answer:
        """The number over the whole period, uncut."""
        return evaluate(self.kpi, [self.period], cut=self._uncut(), settled=self.settled)

    def components(self, whole: Answer | None = None) -> list[Component]:
        """The terms of the number, over the whole period."""
        return components(self.kpi, (whole or self.whole()).terms)

    def rows(self, component: Component, *, after: str = "", limit: int = 50) -> list[Row]:
        """The rows behind one term. Raises `ValidationError` for a page key that is none of ours."""
        try:
            with today.believed(component.leaf.measures, self.cut):
                return rows(component, self.so_far, self._uncut(), after=after, limit=limit)
        except ValueError as error:
            raise ValidationError({"after": "This is not a key of a page of rows."}) from error

    def every_row(self, component: Component, *, page: int = 1_000) -> Iterator[Row]:
        """All rows behind one term, read a page at a time."""
        after, more = "", True
        while more:
            found = self.rows(component, after=after, limit=page)
            yield from found
            more = len(found) == page
            after = found[-1].key if found else ""

    def _uncut(self) -> Slice:
        return replace(self.cut, by=None)


def ask(
    kpi: type[KPI],
    *,
    start: str | date | None = None,
    end: str | date | None = None,
    grain: str | None = None,
    by: str | None = None,
    where: Mapping[str, Iterable[str]] | None = None,
    as_of: str | int | None = None,
    sight: Sight = COMPANY,
) -> Question:
    """Read a question; without days, about the month so far. Raises `ValidationError` naming the word at fault."""
    period = period_of(start, end)
    step = _grain(kpi, grain)
    if step and len(list(islice(steps(period, step), MOST_STEPS + 1))) > MOST_STEPS:
        raise ValidationError({"grain": f"At most {MOST_STEPS:,} steps can be shown; take longer ones."})
    cut = Slice(
        by=_dimension(kpi, "by", by),
        where=(*kpi.within, *(_members(kpi, key, values) for key, values in (where or {}).items())),
        limits=sight.limits,
    )
    if as_of == today.WORD:
        return Question(kpi, period, step, today.until_now(cut), sight)
    return Question(kpi, period, step, cut, sight).as_known(run_of("as_of", as_of, kpi, period))


def conditions(said: Iterable[str]) -> dict[str, list[str]]:
    """`dimension=member`, as often as wanted, as the members to keep of each dimension. Raises `ValidationError`."""
    kept: dict[str, list[str]] = {}
    for words in said:
        key, sign, member = words.partition("=")
        if not key or not sign:
            raise ValidationError({"where": "Write what to keep as dimension=member, as in segment=enterprise."})
        kept.setdefault(key, []).append("" if member == NONE else member)
    return kept


def period_of(start: str | date | None, end: str | date | None) -> Period:
    """The days asked for; without any, the month of the last settled day, up to that day."""
    first, last = _day("start", start), _day("end", end)
    if first is None or last is None:
        settled = calendar.settled_until()
        first = first or floor(settled - DAY, Grain.MONTH)
        last = last or max(settled, first + DAY)
    try:
        return Period(first, last)
    except ValueError as error:
        raise ValidationError({"end": f"The end, {last}, must be after the start, {first}."}) from error


def _day(name: str, said: str | date | None) -> date | None:
    if said is None or said == "":
        return None
    if isinstance(said, date):
        return said
    try:
        day = date.fromisoformat(said)
    except ValueError as error:
        raise ValidationError({name: "Write the day as in 2026-01-31."}) from error
    if not FIRST <= day <= LAST:
        raise ValidationError({name: f"The day must lie between {FIRST} and {LAST}."})
    return day


def _grain(kpi: type[KPI], said: str | None) -> Grain | None:
    if not said:
        return None
    known = ", ".join(kpi.grains)
    try:
        grain = Grain(said)
    except ValueError as error:
        raise ValidationError({"grain": f"The grains of this KPI are {known}."}) from error
    if grain not in kpi.grains:
        raise ValidationError({"grain": f"The grains of this KPI are {known}."})
    return grain


def _dimension(kpi: type[KPI], name: str, said: str | None) -> Dimension | None:
    if not said:
        return None
    try:
        return kpi.dimension(said)
    except LookupError as error:
        raise ValidationError({name: str(error)}) from error


def _members(kpi: type[KPI], key: str, said: Iterable[str]) -> tuple[Dimension, tuple[str, ...]]:
    """Members as the ledger writes them, from what people call them: an id, a name, or (none)."""
    dimension = _dimension(kpi, "where", key)
    if dimension is None:
        raise ValidationError({"where": "Name what to cut by, as in segment=enterprise."})
    words = list(said)
    known = members_of(dimension, kpi)
    if any(_member(word, known) is None for word in words):
        known = members_of(dimension)  # Known to other numbers: it counts nothing here, and that is an answer.
    return dimension, tuple(_known(dimension, word, known) for word in words)


def _known(dimension: Dimension, word: str, known: Mapping[str, str]) -> str:
    member = _member(word, known)
    if member is None:
        raise ValidationError({"where": f"{dimension.title} has no {word!r}."})
    return member


def _member(word: str, known: Mapping[str, str]) -> str | None:
    if word in known:
        return word
    return next((member for member, label in known.items() if label.casefold() == word.casefold()), None)


def members_of(dimension: Dimension, kpi: type[KPI] | None = None) -> dict[str, str]:
    """Every member of a dimension the KPI (or any number) has ever had facts for, and what people call it."""
    cells = Cell.objects.filter(dimension=dimension.id, grain=Cell.Grain.MONTH, mark=0)
    if kpi:
        cells = cells.filter(measure__in=MeasureState.objects.live().filter(key__in=[m.key for m in kpi.measures()]))
    return labels(dimension, cells.order_by().values_list("member", flat=True).distinct())


def run_of(name: str, said: str | int | None, kpi: type[KPI], period: Period) -> Run | None:
    """A run by its number, by a day (the last run up to its evening), or the one whose value was reported."""
    if said is None or said in ("", NOW):
        return None
    if said == REPORTED:
        return _reported(name, kpi, period)
    if not str(said).isdigit():
        return _run_of_day(name, str(said))
    run = Run.objects.filter(pk=int(said)).first() if int(said) < 2**31 else None
    if run is None:
        raise ValidationError({name: f"There is no run {said}."})
    return run


def _reported(name: str, kpi: type[KPI], period: Period) -> Run:
    run = reported_in(kpi, period)
    if run is None:
        raise ValidationError({name: "Nothing was reported of these days yet: they are not over."})
    return run


def _run_of_day(name: str, said: str) -> Run:
    try:
        day = date.fromisoformat(said)
    except ValueError as error:
        words = f"Name a run by its number, a day as in 2026-01-31, or say {REPORTED} or {today.WORD}."
        raise ValidationError({name: words}) from error
    run = Run.objects.filter(started_at__date__lte=day).exclude(status=Run.Status.RUNNING).order_by("-pk").first()
    if run is None:
        raise ValidationError({name: f"There was no run up to {day}."})
    return run


# ── Answers in outside words ────────────────────────────────────────────────────────────────────────────────────


def plain(value: Value) -> dict[str, Any]:
    """A value as API and command line write it: exact decimals as strings, null with its reason."""
    return {
        "numerator": text(exact(value.numerator)),
        "denominator": text(exact(value.denominator)),
        "value": text(exact(value.value)),
        "n": value.n,
        "low": None if value.low is None else round(value.low, 6),
        "high": None if value.high is None else round(value.high, 6),
        "status": value.status.value,
        "reason": value.reason.value if value.reason else None,
    }


def text(number: Decimal | None) -> str | None:
    """Digits without trailing zeros and never with an exponent: 0.631501, 10005534."""
    if number is None:
        return None
    text = f"{number + 0:f}"  # no minus before a 0
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(question: Question, answer: Answer | None = None) -> list[dict[str, Any]]:
    """Every number of an answer, one a line: start, end, member and label of the cut, and the value."""
    answer = answer or question.answer()
    unit = question.kpi.unit.value
    if not question.cut.by:
        return [_point(p, None, None, v, unit) for p, v in zip(answer.periods, answer.total, strict=True)]
    names = labels(question.cut.by, answer.members)
    return [
        _point(period, member, names[member], answer.cells[i, member], unit)
        for i, period in enumerate(answer.periods)
        for member in answer.members
    ]


def _point(period: Period, member: str | None, label: str | None, value: Value, unit: str) -> dict[str, Any]:
    cut = {} if member is None else {"member": member, "label": label}
    return {"start": period.start.isoformat(), "end": period.end.isoformat(), **cut, "unit": unit, **plain(value)}
