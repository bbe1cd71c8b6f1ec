"""MRR from the start of some days to their end: opening, every movement, closing. It must close."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import urlencode

from metrics.charts import scale_of
from metrics.evaluate import read_together
from metrics.kpis import lifecycle
from metrics.language import KPI
from metrics.periods import DAY, Period
from metrics.reading import Slice
from metrics.sight import Sight, sight_of
from metrics.views.cards import Person, Values
from metrics.views.frame import url_of
from metrics.views.span import Span
from metrics.wording import money_in_full

MOVEMENTS: tuple[tuple[type[KPI], str], ...] = (
    (lifecycle.NewMRR, "New customers"),
    (lifecycle.ExpansionMRR, "Expansion"),
    (lifecycle.ReactivationMRR, "Came back"),
    (lifecycle.ResumedMRR, "Resumed after a pause"),
    (lifecycle.ContractionMRR, "Contraction"),
    (lifecycle.PausedMRR, "Paused"),
    (lifecycle.ChurnedMRR, "Churn"),
    (lifecycle.TransferMRR, "Transfer"),
    (lifecycle.FxMRR, "Exchange rates"),
)


@dataclass(frozen=True)
class Bar:
    """One step of the fall: its amount, and where its bar stands, in percent of the width."""

    title: str
    amount: Fraction
    tone: str
    left: float
    width: float
    url: str

    @property
    def written(self) -> str:
        text = money_in_full(self.amount)
        return text if self.tone == "level" or self.amount <= 0 else f"+{text}"


@dataclass(frozen=True)
class Waterfall:
    """What MRR was, what moved it, and what it is."""

    opening: Fraction
    closing: Fraction
    moves: tuple[tuple[type[KPI], str, Fraction], ...]
    span: Span
    query: str

    @property
    def residual(self) -> Fraction:
        """What the movements do not explain; anything but 0 is an error."""
        return self.closing - self.opening - sum((amount for _, _, amount in self.moves), Fraction(0))

    @property
    def residual_written(self) -> str:
        return money_in_full(self.residual)

    @property
    def bars(self) -> list[Bar]:
        levels = [self.opening]
        for _, _, amount in self.moves:
            levels.append(levels[-1] + amount)
        near = [float(level) for level in (*levels, self.closing)]
        # From near the lowest level: against the whole of MRR a month's movements would not be seen.
        floor = max(0.0, min(near) - 1.5 * (max(near) - min(near))) if max(near) > min(near) else 0.0
        scale = scale_of([floor, *near], from_zero=False)
        return [*self._bars(levels, lambda level: scale.height(max(float(level), scale.low)))]

    def _bars(self, levels: list[Fraction], at: Callable[[Fraction], float]) -> Iterator[Bar]:
        mrr = url_of(lifecycle.MRR)
        before = Period(self.span.period.start - DAY, self.span.period.start)
        was = urlencode({"start": before.start.isoformat(), "end": before.end.isoformat()})
        yield Bar("Opening", self.opening, "level", 0, at(self.opening), f"{mrr}?{was}")
        for (kpi, title, amount), start, end in zip(self.moves, levels[:-1], levels[1:], strict=True):
            low, high = sorted((at(start), at(end)))
            tone = "even" if not amount else "better" if amount > 0 else "worse"
            yield Bar(title, amount, tone, low, round(high - low, 2), f"{url_of(kpi, 'rows')}?{self.query}")
        yield Bar(
            "Closing", self.closing, "level", 0, at(self.closing), f"{url_of(lifecycle.MRR, 'rows')}?{self.query}"
        )


def asked_of(span: Span) -> dict[type[KPI], list[Period]]:
    """What is to be known for the waterfall of these days."""
    opening = Period(span.period.start - DAY, span.period.start)
    return {lifecycle.MRR: [opening, span.period], **{kpi: [span.period] for kpi, _ in MOVEMENTS}}


def mrr(user: Person, span: Span, *, cut: Slice | None = None) -> Waterfall | None:
    """The waterfall of these days; none for somebody who sees no MRR, nor where there never was any."""
    sight: Sight | None = sight_of(user, lifecycle.MRR)
    if sight is None:
        return None
    cut = cut or Slice(limits=sight.limits)
    return waterfall(span, read_together(asked_of(span), cut=cut, settled=span.settled).value, cut)


def waterfall(span: Span, value: Values, cut: Slice) -> Waterfall | None:
    """The waterfall from what was counted."""
    amounts = {kpi: [value(kpi, p).value or Fraction(0) for p in periods] for kpi, periods in asked_of(span).items()}
    opening, closing = amounts[lifecycle.MRR]
    moves = tuple((kpi, title, amounts[kpi][0]) for kpi, title in MOVEMENTS)
    if not opening and not closing and not any(amount for _, _, amount in moves):
        return None
    where = [("where", f"{d.key}={m}") for d, members in cut.where for m in members]
    return Waterfall(opening, closing, moves, span, urlencode([*span.fixed.items(), *where]))
