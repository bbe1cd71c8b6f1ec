"""What changed after a date, against what would have come without it: an association, never a proof.

What would have come is forecast from the time before by the method that foretold that time best. The same is then done
at earlier dates on which nothing happened: how often it finds as large a difference there is the chance that this one
means nothing (placebo dates, as in Abadie, Diamond & Hainmueller, JASA 105, 2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from metrics.mathematics.enough import require
from metrics.mathematics.forecast import LEAST, Kind, Score, Step, forecast, go_on
from metrics.mathematics.intervals import Interval

MOST = 19  # earlier dates that are tried: a chance of one in twenty is as fine as it need be


@dataclass(frozen=True)
class Effect:
    """The time after a date against its counterfactual.

    expected    what each period after would have been, with its bands
    difference  the mean of actual less expected, a period
    interval    of it at 95 %, as wide as if all the errors went one way
    total       over all periods after
    share       of what was expected; None where nothing was
    placebos    how many earlier dates were tried; `chance` is the share of them, and this, that differ as much
    score       how well the method foretold the time before
    """

    actual: tuple[float, ...]
    expected: tuple[Step, ...]
    difference: float
    interval: Interval
    placebos: int
    chance: float
    score: Score

    @property
    def total(self) -> float:
        return self.difference * len(self.actual)

    @property
    def share(self) -> float | None:
        expected = fmean(step.value for step in self.expected)
        return self.difference / expected if expected else None

    @property
    def is_clear(self) -> bool:
        """Outside its interval, and larger than at nine of ten dates on which nothing happened."""
        return not self.interval.holds(0) and self.chance <= 0.1


def effect(before: Sequence[float], after: Sequence[float], *, season: int = 0, kind: Kind = Kind.ANY) -> Effect:
    """Hold the periods after a date against the periods before. Raises `TooFew` where there are too few before."""
    require(len(after), 1, "periods after the date")
    told = forecast(before, len(after), season=season, kind=kind)
    season = season if told.method.is_seasonal else 0
    difference = _difference(after, told.steps)
    days = range(max(LEAST, 2 * season), len(before) - len(after) + 1)[-MOST:]
    gaps = [
        _difference(before[at : at + len(after)], go_on(told.method, before[:at], len(after), season, kind))
        for at in days
    ]
    larger = sum(abs(gap) >= abs(difference) for gap in gaps)
    return Effect(
        tuple(after),
        told.steps,
        difference,
        Interval(
            fmean(value - step.nearly_sure.high for value, step in zip(after, told.steps, strict=True)),
            fmean(value - step.nearly_sure.low for value, step in zip(after, told.steps, strict=True)),
        ),
        len(gaps),
        (larger + 1) / (len(gaps) + 1),
        told.score,
    )


def _difference(actual: Sequence[float], expected: Sequence[Step]) -> float:
    return fmean(value - step.value for value, step in zip(actual, expected, strict=True))
