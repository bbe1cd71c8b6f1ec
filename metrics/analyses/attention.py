"""Which numbers go the wrong way, the most pressing first."""

from fractions import Fraction

from metrics.analyses.book import Analysis, Ask
from metrics.analyses.numbers import AboutNumbers, kpi_path, named, sights_of
from metrics.analyses.past import judged, pasts_of
from metrics.analyses.shape import Amount, Cell, Column, Link, Result, Table
from metrics.analyses.trends import Reading, read
from metrics.analyses.unusual import FEW_STEPS
from metrics.language import Unit
from metrics.periods import Grain
from metrics.registry import every_kpi
from metrics.wording import difference


class NeedsAttention(AboutNumbers, Analysis):
    """Every number that gets worse, or that lately stepped out of its noise for the worse, the most pressing first.

    Worse is what the KPI calls worse, never the sign; numbers without a better way are not here. Pressing is how far a
    number moved the wrong way as a share of its level, times how sure that is: by the slope of its settled months, or
    by a signal of the last three. Shares and means of fewer than 30 rows are not judged.
    """

    title = "What needs attention"

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        sights = sights_of(ask, every_kpi())
        whole = all(not sight.limits for sight in sights.values())
        pasts = pasts_of(sights, Grain.MONTH, settled=ask.until, back=None if whole else FEW_STEPS)
        readings = [one for past in pasts.values() if past.better and judged(past) and (one := read(past)).is_known]
        pressing = sorted((one for one in readings if one.needs_attention), key=_order)
        improving = sum(one.verdict == "Improving" for one in readings)
        return Result(
            n=len(readings),
            of="numbers read",
            honesty=f"{len(pressing)} need attention, {improving} improve.",
            tables=(_table(pressing),),
        )


def _order(one: Reading) -> tuple[float, str]:
    return -one.trend.attention, one.kpi.key


def _table(pressing: list[Reading]) -> Table:
    columns = (
        Column("number", "Number"),
        Column("month", "Last settled"),
        Column("value", "Value"),
        Column("verdict", "Course"),
        Column("slope", "A month"),
        Column("chance", "Chance of noise", Unit.PERCENT),
        Column("attention", "Moved the wrong way", Unit.PERCENT),
        Column("news", "News"),
        Column("months", "Months"),
    )
    return Table("pressing", "The most pressing first", columns, tuple(map(_row, pressing)), empty="Nothing does.")


def _row(one: Reading) -> tuple[Cell, ...]:
    worse = [signal for signal in one.trend.news if signal.is_up != (one.past.better > 0)]
    return (
        Link(one.kpi.title, kpi_path(one.kpi)),
        named(one.past, -1),
        Amount(one.past.numbers[-1] or 0.0, one.kpi.unit),
        one.verdict,
        difference(one.kpi, Fraction(one.trend.slope)),
        one.trend.chance,
        one.trend.attention,
        " ".join(one.said_of(signal) for signal in worse),
        one.trend.n,
    )
