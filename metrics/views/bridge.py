"""From what a number was to what it is, part by part, as bars that close."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from metrics.analyses.why import Change, TermChange
from metrics.charts import Scale, scale_of
from metrics.language import KPI, Good
from metrics.views.address import Address
from metrics.wording import difference, in_unit, term

MOST = 8
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Bar:
    """One part: what it adds, of that by rate and by mix, and where its bar stands, in percent of the width."""

    title: str
    written: str
    tone: str
    left: float
    width: float
    rate: str = ""
    mix: str = ""
    url: Address | None = None


@dataclass(frozen=True)
class Bridge:
    """A change told by parts; `address` is the page itself, where a part can be looked at alone."""

    change: Change
    terms: list[TermChange]
    was: str
    now: str
    address: Address

    @property
    def kpi(self) -> type[KPI]:
        return self.change.kpi

    @property
    def total(self) -> str:
        return difference(self.kpi, self.change.total) if self.change.total else "no change"

    @property
    def gap(self) -> str:
        return difference(self.kpi, self.change.gap) if self.change.gap else ""

    @property
    def bars(self) -> list[Bar]:
        before, after = self.change.before.value or NOTHING, self.change.after.value or NOTHING
        parts = self.change.shortened(MOST)
        levels = [before]
        for part in parts:
            levels.append(levels[-1] + part.adds)
        near = [float(level) for level in (*levels, after)]
        # From near the lowest level: against the whole the parts would hardly be seen.
        low, high = min(near), max(near)
        floor = max(0.0, low - 1.5 * (high - low)) if low >= 0 else low
        scale = scale_of([floor, *near], self.kpi.unit, from_zero=False)
        return [
            _level(self.was, self.kpi, before, scale),
            *self._bars(levels, scale),
            _level(self.now, self.kpi, after, scale),
        ]

    def _bars(self, levels: list[Fraction], scale: Scale) -> Iterator[Bar]:
        for part, start, end in zip(self.change.shortened(MOST), levels[:-1], levels[1:], strict=True):
            low, high = sorted((scale.height(float(start)), scale.height(float(end))))
            known = self.change.by is not None and (part.before is not None or part.after is not None)
            where = f"{self.change.by.key}={part.member}" if self.change.by else ""
            yield Bar(
                part.title,
                difference(self.kpi, part.adds),
                tone(self.kpi, part.adds),
                low,
                round(high - low, 2),
                difference(self.kpi, part.rate) if self.change.has_mix else "",
                difference(self.kpi, part.mix) if self.change.has_mix else "",
                self.address.adding("where", where) if known else None,
            )

    @property
    def told_terms(self) -> list[dict[str, str]]:
        """What each term of the formula was, is, and adds."""
        return [
            {
                "title": one.leaf.in_words(),
                "before": term(self.kpi, one.leaf, one.before),
                "after": term(self.kpi, one.leaf, one.after),
                "adds": difference(self.kpi, one.adds),
                "tone": tone(self.kpi, one.adds),
            }
            for one in self.terms
        ]


def tone(kpi: type[KPI], adds: Fraction) -> str:
    if not adds or kpi.good is Good.TARGET:
        return "even"
    return "better" if (adds > 0) == (kpi.good is Good.UP) else "worse"


def _level(title: str, kpi: type[KPI], value: Fraction, scale: Scale) -> Bar:
    zero = scale.height(0.0) if scale.low <= 0 <= scale.high else 0.0
    at = scale.height(float(value))
    return Bar(title, in_unit(value, kpi.unit), "level", min(zero, at), round(abs(at - zero), 2))
