"""Cards: a number, what it moved from, how it went for a year, and how far to trust it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject

from customers.models import User
from metrics import charts
from metrics.evaluate import Status, Value, change, evaluate_all
from metrics.explain import adds_up
from metrics.language import KPI, Good
from metrics.models import Snapshot
from metrics.periods import Grain, Period, in_words, short
from metrics.reading import Slice
from metrics.sight import Sight, sight_of
from metrics.views.frame import url_of
from metrics.views.span import Span
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


def cards(user: Person, kpis: Iterable[type[KPI]], span: Span, state: State) -> dict[type[KPI], Card]:
    """A card for every KPI this person may see."""
    seen = {kpi: sight for kpi in dict.fromkeys(kpis) if (sight := sight_of(user, kpi))}
    made = _of_the_company({kpi: sight for kpi, sight in seen.items() if not sight.limits}, span, state)
    # Within one reach a measure is limited the same way for every KPI, so these can be counted together.
    for reach in {sight.reach for sight in seen.values() if sight.limits}:
        made |= _within_limits({kpi: s for kpi, s in seen.items() if s.limits and s.reach is reach}, span, state)
    return made


def _of_the_company(sights: dict[type[KPI], Sight], span: Span, state: State) -> dict[type[KPI], Card]:
    """Values from the ledger, the small lines from what was published: one query for all of them."""
    if not sights:
        return {}
    periods = _periods(span)
    answers = evaluate_all(sights, periods, settled=span.settled)
    months = {month.start: i for i, month in enumerate(span.months)}
    published: dict[str, list[Snapshot | None]] = {kpi.key: [None] * len(months) for kpi in sights}
    found = Snapshot.objects.filter(kpi__in=published, grain=Grain.MONTH, is_latest=True, start__in=months)
    for snapshot in found.order_by("start"):
        published[snapshot.kpi][months[snapshot.start]] = snapshot
    made = {}
    for kpi, sight in sights.items():
        said = published[kpi.key]
        values = [Fraction(s.value) if s and s.value is not None else None for s in said]
        latest = next((s for s in reversed(said) if s), None)
        spark = Spark(kpi, span.months, values)
        made[kpi] = _card(kpi, sight, span, state, answers[kpi].total, spark, latest)
    return made


def _within_limits(sights: dict[type[KPI], Sight], span: Span, state: State) -> dict[type[KPI], Card]:
    """For somebody who sees a part nothing is published; everything is counted in one go."""
    if not sights:
        return {}
    limits = {measure: limit for sight in sights.values() for measure, limit in sight.limits.items()}
    periods = _periods(span)
    answers = evaluate_all(sights, [*periods, *span.months], cut=Slice(limits=limits), settled=span.settled)
    made = {}
    for kpi, sight in sights.items():
        total = answers[kpi].total
        spark = Spark(kpi, span.months, [v.value for v in total[len(periods) :]])
        made[kpi] = _card(kpi, sight, span, state, total[: len(periods)], spark)
    return made


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
