"""Cards: a number, what it moved from, how it went for a year, and how far to trust it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject

from customers.models import User
from metrics import charts, today
from metrics.evaluate import Status, Value, change, read_together
from metrics.explain import adds_up
from metrics.language import KPI, Good
from metrics.models import Snapshot
from metrics.periods import Grain, Period, in_words, short
from metrics.published import Published, said_of, standing
from metrics.reading import Slice, numbers_of
from metrics.sight import Sight, sight_of
from metrics.views.frame import url_of
from metrics.views.span import Span
from metrics.views.standing import Standing
from metrics.views.state import State
from metrics.wording import change_in_words, in_unit, reason_in_words, written

Person = User | AnonymousUser | SimpleLazyObject

MARKS = {
    Status.PARTIAL: "partial: these days are not over",
    Status.MATURING: "maturing: may still change",
    Status.PROVISIONAL: "provisional",
}


@dataclass(frozen=True)
class Spark:
    """The small line of a card, month by month."""

    kpi: type[KPI]
    months: list[Period]
    values: Sequence[Fraction | None]

    @cached_property
    def _heights(self) -> list[float | None]:
        known = [float(v) for v in self.values if v is not None]
        scale = charts.scale_of(known, self.kpi.unit, from_zero=adds_up(self.kpi.formula))
        return [None if v is None else 6 + scale.height(float(v)) * 0.88 for v in self.values]

    @property
    def lines(self) -> list[str]:
        return [charts.points(run) for run in self._runs if len(run) > 1]

    @property
    def areas(self) -> list[str]:
        return [charts.area(run) for run in self._runs if len(run) > 1]

    @property
    def lonely(self) -> list[tuple[float, float]]:
        """Months with a value between months without."""
        return [run[0] for run in self._runs[:-1] if len(run) == 1]

    @cached_property
    def _runs(self) -> list[list[tuple[float, float]]]:
        return charts.runs(self._heights, charts.edge_to_edge(len(self.months)))

    @property
    def dot(self) -> tuple[float, float] | None:
        """Where the last month stands."""
        last = self._heights[-1]
        return None if last is None else (100.0, round(100 - last, 2))

    @property
    def is_drawn(self) -> bool:
        return sum(v is not None for v in self.values) > 1

    @property
    def words(self) -> str:
        known = [(m, v) for m, v in zip(self.months, self.values, strict=True) if v is not None]
        if not known:
            return "No values yet."
        ends = [f"{in_unit(v, self.kpi.unit)} in {short(m.start, Grain.MONTH)}" for m, v in (known[0], known[-1])]
        return f"Month by month, from {ends[0]} to {ends[1]}."


@dataclass(frozen=True)
class Card:
    """A KPI as it stands on a board."""

    kpi: type[KPI]
    sight: Sight
    span: Span
    state: State
    value: Value
    now: Value
    earlier: Value
    spark: Spark
    published: Snapshot | None = None
    standing: Standing | None = None

    @property
    def url(self) -> str:
        return f"{url_of(self.kpi)}?{self.span.query}"

    @property
    def rows_url(self) -> str:
        return f"{url_of(self.kpi, 'rows')}?{urlencode(self.span.fixed)}"

    @property
    def failure(self) -> str:
        return self.state.failure(self.kpi)

    @property
    def published_words(self) -> str:
        if self.published is None or self.published.value is None:
            return "nothing was published before"
        return f"{in_unit(Fraction(self.published.value), self.kpi.unit)} for {in_words(_period_of(self.published))}"

    @property
    def written(self) -> str:
        return written(self.kpi, self.value)

    @property
    def reason(self) -> str:
        return reason_in_words(self.value)

    @property
    def is_small(self) -> bool:
        """Too few rows to read much into; a plain count or sum is exact however few they are."""
        return self.value.is_small and self.value.value is not None and not adds_up(self.kpi.formula)

    @property
    def mark(self) -> str:
        return MARKS.get(self.value.status, "")

    @property
    def moved(self) -> Fraction | None:
        return change(self.kpi, self.now, self.earlier)

    @property
    def change(self) -> str:
        return change_in_words(self.kpi, self.moved, self.now, self.earlier)

    @property
    def tone(self) -> str:
        return tone(self.kpi, self.moved)

    @property
    def arrow(self) -> str:
        return arrow(self.moved)

    @property
    def earlier_written(self) -> str:
        return written(self.kpi, self.earlier)

    @property
    def earlier_words(self) -> str:
        return in_words(self.span.earlier)

    @property
    def now_words(self) -> str:
        return in_words(self.span.so_far)


def tone(kpi: type[KPI], moved: Fraction | None) -> str:
    """Better, worse or neither: the KPI says which way is better, never the sign."""
    if not moved or kpi.good is Good.TARGET:
        return "even"
    return "better" if (moved > 0) == (kpi.good is Good.UP) else "worse"


def arrow(moved: Fraction | None) -> str:
    if not moved:
        return ""
    return "↗" if moved > 0 else "↘"


Asked = Mapping[type[KPI], Sequence[Period]]
Values = Callable[[type[KPI], Period], Value]


def cards(user: Person, kpis: Iterable[type[KPI]], span: Span, state: State) -> dict[type[KPI], Card]:
    """A card for every KPI this person may see."""
    return cards_and_more(user, kpis, span, state, {})[0]


def cards_and_more(
    user: Person, kpis: Iterable[type[KPI]], span: Span, state: State, more: Asked
) -> tuple[dict[type[KPI], Card], Values]:
    """A card for every KPI this person may see, and what else the page wants to know, counted together."""
    kpis = list(dict.fromkeys(kpis))
    sights = {kpi: sight for kpi in [*kpis, *more] if (sight := sight_of(user, kpi))}
    made: dict[type[KPI], Card] = {}
    found: dict[tuple[type[KPI], Period], Value] = {}
    numbers = numbers_of(m for kpi in sights for leaf in kpi.leaves() for m in leaf.measures)
    # Within one reach a measure is limited the same way for every KPI, so these can be counted together.
    for reach in {sight.reach for sight in sights.values()}:
        seen = {kpi: sight for kpi, sight in sights.items() if sight.reach is reach}
        carded = [kpi for kpi in kpis if kpi in seen]
        if any(sight.limits for sight in seen.values()):
            said: Published = {}
            known, sparks = {}, span.months
        else:
            said = said_of(carded, _periods(span), [month.start for month in span.months], span.settled)
            known, sparks = _standing(carded, span, said), []
        asked = {kpi: [*(p for p in _periods(span) if (kpi, p) not in known), *sparks] for kpi in carded}
        for kpi, periods in more.items():
            if kpi in seen:
                asked[kpi] = [*asked.get(kpi, []), *periods]
        limits = {measure: limit for sight in seen.values() for measure, limit in sight.limits.items()}
        cut = today.until_now(Slice(limits=limits)) if span.is_running else Slice(limits=limits)
        reading = read_together(asked, cut=cut, settled=span.settled, numbers=numbers)
        found |= known | {(kpi, p): reading.value(kpi, p) for kpi, periods in asked.items() for p in periods}
        for kpi in carded:
            spark, last = _spark(kpi, span, found, said)
            total = [found[kpi, period] for period in _periods(span)]
            made[kpi] = _card(kpi, seen[kpi], span, state, tuple(total), spark, last)
    return {kpi: made[kpi] for kpi in kpis if kpi in made}, lambda kpi, period: found[kpi, period]


def _standing(kpis: list[type[KPI]], span: Span, said: Published) -> dict[tuple[type[KPI], Period], Value]:
    values = {(kpi, p): standing(kpi, p, said, span.settled) for kpi in kpis for p in _periods(span)}
    return {asked: value for asked, value in values.items() if value}


def _spark(
    kpi: type[KPI], span: Span, found: Mapping[tuple[type[KPI], Period], Value], said: Published
) -> tuple[Spark, Snapshot | None]:
    """The small line from what was published; for somebody who sees a part nothing is, and it was counted."""
    if all((kpi, month) in found for month in span.months):
        return Spark(kpi, span.months, [found[kpi, month].value for month in span.months]), None
    months = [said.get((kpi.key, Grain.MONTH, month.start)) for month in span.months]
    values = [Fraction(s.value) if s and s.value is not None else None for s in months]
    return Spark(kpi, span.months, values), next((s for s in reversed(months) if s), None)


def _periods(span: Span) -> list[Period]:
    """What is asked, what it is held against, and where some of it is still to come, what of it is settled."""
    return list(dict.fromkeys([span.period, span.earlier, span.so_far]))


def _card(
    kpi: type[KPI],
    sight: Sight,
    span: Span,
    state: State,
    total: tuple[Value, ...],
    spark: Spark,
    published: Snapshot | None = None,
) -> Card:
    now = total[2] if len(total) > 2 else total[0]
    return Card(kpi, sight, span, state, total[0], now, total[1], spark, published)


def _period_of(snapshot: Snapshot) -> Period:
    return Period(snapshot.start, snapshot.end)
