"""Where a number is heading, in plain words: is it improving, and does it need somebody's attention?"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf

from metrics.analyses.past import Past
from metrics.language import KPI
from metrics.mathematics.control import RUN, Kind, Limits, Signal
from metrics.mathematics.forecast import Kind as Forecast
from metrics.mathematics.trend import Course, Trend, read_trend
from metrics.periods import Period, short
from metrics.wording import difference, in_unit

VERDICTS = {
    Course.IMPROVING: "Improving",
    Course.WORSENING: "Getting worse",
    Course.STEADY: "Steady",
    Course.RISING: "Rising",
    Course.FALLING: "Falling",
    Course.UNKNOWN: "Too early to say",
}
TONES = {Course.IMPROVING: "better", Course.WORSENING: "worse"}


def step_words(past: Past, count: int) -> str:
    """24 months, 1 fiscal year."""
    word = past.grain.value.replace("_", " ")
    return f"{count:,} {word}{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Reading:
    """A number's course over its settled steps."""

    past: Past
    trend: Trend

    @property
    def kpi(self) -> type[KPI]:
        return self.past.kpi

    @property
    def verdict(self) -> str:
        return VERDICTS[self.trend.course]

    @property
    def tone(self) -> str:
        return "worse" if self.needs_attention else TONES.get(self.trend.course, "even")

    @property
    def needs_attention(self) -> bool:
        return self.trend.needs_attention

    @property
    def is_known(self) -> bool:
        return self.trend.course is not Course.UNKNOWN

    @property
    def has_season_out(self) -> bool:
        """Whether what a season adds was taken out before it was read."""
        known = [number for number in self.past.numbers if number is not None]
        return self.trend.chart.values != self.past.numbers and len(known) == len(self.past.numbers)

    @cached_property
    def sentences(self) -> list[str]:
        """How it goes, what is news, and what was left out, for somebody who knows no statistics."""
        return [*self._course(), *self._news(), *self._left_out()]

    def _course(self) -> list[str]:
        over = step_words(self.past, self.trend.n)
        if not self.is_known:
            return [f"{self.kpi.title} has {over or 'nothing'} settled; a trend needs five."]
        season = ", what the season adds taken out" if self.has_season_out else ""
        if self.trend.course is Course.STEADY:
            return [f"Over the last {over} it goes neither up nor down beyond its everyday noise{season}."]
        low, high = (difference(self.kpi, Fraction(end)) for end in self.trend.interval)
        slope = difference(self.kpi, Fraction(self.trend.slope))
        word = self.past.grain.value.replace("_", " ")
        return [f"Over the last {over} it moved by {slope} a {word}, for 95 % between {low} and {high}{season}."]

    def _news(self) -> list[str]:
        return [self.said_of(signal) for signal in self.trend.news]

    def _left_out(self) -> list[str]:
        if not self.past.open:
            return []
        first, many = short(self.past.open[0].start, self.past.grain), len(self.past.open)
        which = first if many == 1 else f"{first} and what came after"
        return [f"{which} {'is' if many == 1 else 'are'} not settled yet and left out."]

    def said_of(self, signal: Signal) -> str:
        """One signal in a sentence."""
        step, value = short(self.past.periods[signal.at].start, self.past.grain), self.past.values[signal.at]
        own = self.noise[signal.at]
        written = in_unit(value.value or 0, self.kpi.unit)
        good = self._judged(signal)
        if signal.kind in (Kind.ABOVE, Kind.BELOW) and own:
            way, end = ("higher", own.high) if signal.is_up else ("lower", own.low)
            return f"{step}, {written}, is {way} than its noise reaches ({in_unit(end, self.kpi.unit)}){good}."
        way = "higher" if signal.is_up else "lower"
        return f"Since {step} it runs on a {way} level, {RUN} or more in a row{good}."

    def _judged(self, signal: Signal) -> str:
        if not self.past.better:
            return ""
        return ", for the better" if signal.is_up == (self.past.better > 0) else ", for the worse"

    @cached_property
    def marks(self) -> dict[Period, str]:
        """What the chart says of the steps that carry a signal."""
        return {self.past.periods[signal.at]: self._mark(signal) for signal in self.trend.chart.signals}

    def _mark(self, signal: Signal) -> str:
        words = {
            Kind.ABOVE: "beyond its noise, high",
            Kind.BELOW: "beyond its noise, low",
            Kind.HIGHER: "a higher level begins",
            Kind.LOWER: "a lower level begins",
        }
        return words[signal.kind] + self._judged(signal)

    @cached_property
    def noise(self) -> list[Limits | None]:
        """How far the noise reaches around each step; for what is never below 0, nor a share above 1, no further."""
        floor = 0.0 if self.past.kind is not Forecast.ANY else -inf
        ceiling = 1.0 if self.past.kind is Forecast.SHARE else inf
        return [
            one and Limits(max(floor, one.low), one.centre, min(ceiling, one.high)) for one in self.trend.chart.limits
        ]


def read(past: Past) -> Reading:
    """Read a number's course, towards what the KPI calls better."""
    return Reading(past, read_trend(past.numbers, better=past.better, season=past.season or None))
