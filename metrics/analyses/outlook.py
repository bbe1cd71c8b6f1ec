"""What comes next: a forecast by the method that foretold the past best, with its score and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from metrics import calendar
from metrics.analyses.past import Past
from metrics.mathematics.enough import TooFew
from metrics.mathematics.forecast import Forecast, Kind, Step, forecast
from metrics.mathematics.methods import Method
from metrics.periods import Grain, Period, containing, short

AHEAD = {Grain.DAY: 7, Grain.WEEK: 8, Grain.MONTH: 3, Grain.QUARTER: 2, Grain.YEAR: 1, Grain.FISCAL_YEAR: 1}
FARTHEST = 12


@dataclass(frozen=True)
class Outlook:
    """The steps to come, those still open first; or why none are told."""

    past: Past
    periods: tuple[Period, ...]
    told: Forecast | None
    refusal: str = ""

    @property
    def steps(self) -> Sequence[tuple[Period, Step]]:
        return list(zip(self.periods, self.told.steps, strict=True)) if self.told else []

    @cached_property
    def honesty(self) -> str:
        """How it was chosen, and how well it did where the truth is known by now."""
        if self.told is None:
            return self.refusal
        score = self.told.score
        held = f"80 % bands held {score.held_80 * 100:.0f} % of what came, 95 % bands {score.held_95 * 100:.0f} %"
        return (
            f"Foretold “{score.method.value}”, which of {len(self.told.scores)} ways missed least in {score.trials}"
            f" trials on the past, each knowing only what was known then: {self._against_naive}. Its {held}."
        )

    @property
    def _against_naive(self) -> str:
        scores = {score.method: score.error for score in self.told.scores} if self.told else {}
        naive, own = scores[Method.SAME], self.told.score.error if self.told else 0.0
        if not naive or own >= naive:
            return "nothing did better than repeating the last step, so take it for a rough guide"
        return f"by {100 * (1 - own / naive):.0f} % less than repeating the last step does"


def look_ahead(past: Past, *, steps: int | None = None) -> Outlook:
    """Go on with a number: over the steps still open, and a few beyond."""
    known = past.unbroken
    periods = _to_come(past, steps if steps is not None else AHEAD[past.grain])
    if not periods:
        return Outlook(past, (), None, "There is nothing settled to go on from.")
    try:
        told = _foretold(tuple(n for n in known.numbers if n is not None), len(periods), known.season, past.kind)
    except TooFew as few:
        since = f" since {short(known.periods[0].start, past.grain)}" if known.periods else ""
        gaps = f", without a gap{since}" if len(known.values) < len(past.values) else ""
        return Outlook(past, (), None, f"{few}".rstrip(".") + gaps + ".")
    return Outlook(past, periods, told)


@lru_cache(maxsize=512)  # The same past foretells the same: a page that is read twice reckons once.
def _foretold(numbers: tuple[float, ...], steps: int, season: int, kind: Kind) -> Forecast:
    return forecast(numbers, steps, season=season, kind=kind)


def _to_come(past: Past, beyond: int) -> tuple[Period, ...]:
    if not past.periods:
        return ()
    found, fiscal = list(past.open), calendar.fiscal_start()
    found = [step for step in found if step.start >= past.periods[-1].end]
    last = found[-1] if found else past.periods[-1]
    for _ in range(beyond):
        last = containing(last.end, past.grain, fiscal_start=fiscal)
        found.append(last)
    return tuple(found[:FARTHEST])
