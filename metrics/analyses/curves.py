"""Kaplan-Meier curves of several groups side by side, as a chart and a table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from metrics.analyses.shape import Cell, Chart, Column, Line, Point, Table
from metrics.language import Unit
from metrics.mathematics.survival import Curve, Step, kaplan_meier

MOST_GROUPS = 6
BANDS = 2  # Of more groups the bands hide one another.
POINTS = 240
LEAST = 10
ALL = "All"
MONTH = 365.25 / 12


class Lived(NamedTuple):
    """How many days something lasted, whether it ended then or was still going on, and its group."""

    days: float
    has_ended: bool
    group: str = ""


@dataclass(frozen=True)
class Groups:
    """The curve of all, and of each group that is large enough, the largest first; `left_out` of the others."""

    whole: Curve
    parts: Mapping[str, Curve]
    left_out: int = 0

    @property
    def shown(self) -> dict[str, Curve]:
        return dict(self.parts) or {ALL: self.whole}


def grouped(lived: Sequence[Lived], *, is_cut: bool) -> Groups:
    groups: dict[str, list[Lived]] = defaultdict(list)
    for one in lived if is_cut else ():
        groups[one.group].append(one)
    largest = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    kept = [(name, own) for name, own in largest if len(own) >= LEAST][:MOST_GROUPS]
    return Groups(_curve(lived), {name: _curve(own) for name, own in kept}, len(largest) - len(kept))


def interval_of_median(curve: Curve) -> tuple[float | None, float | None]:
    """Between which times half are left: where the band crosses a half (Brookmeyer & Crowley 1982)."""

    def crossed(name: str) -> float | None:
        return next((step.time for step in curve.steps if getattr(step, name) <= 0.5 + 1e-12), None)

    return crossed("low"), crossed("high")


def line(name: str, curve: Curve, *, has_band: bool, falls: bool = True) -> Line:
    """The curve in days as a line over months; turned upside down where it tells what has happened."""
    steps = thinned(curve.steps)
    points = [Point(0.0, 1.0 if falls else 0.0, *((1.0, 1.0) if falls else (0.0, 0.0)) if has_band else ())]
    points += [_point(step, falls=falls, has_band=has_band) for step in steps]
    last = points[-1]
    if curve.longest / MONTH > last.x:
        points.append(last._replace(x=curve.longest / MONTH))
    return Line(name, tuple(points), is_steps=True)


def chart(key: str, title: str, groups: Groups, x_title: str, *, falls: bool = True) -> Chart:
    shown = groups.shown
    lines = tuple(line(name, curve, has_band=len(shown) <= BANDS, falls=falls) for name, curve in shown.items())
    last = max((curve.longest for curve in shown.values()), default=0) / MONTH
    step = next((step for step in (1, 2, 3, 6, 12, 24) if last / step <= 9), 60)
    ticks = tuple((float(month), str(month)) for month in range(0, int(last) + 1, step))
    note = "" if len(shown) > BANDS else "The band holds the true curve at each time with 95 % confidence"
    return Chart(key, title, lines, Unit.PERCENT, x_title, ticks, note)


def table(key: str, title: str, by: str, groups: Groups, horizons: Iterable[int], *, falls: bool = True) -> Table:
    """A row a group: how many, how many ended, the median with its interval, and the share at some times."""
    horizons = list(horizons)
    verb = "left" if falls else "converted"
    columns = (
        Column("group", by),
        Column("n", "All"),
        Column("ended", verb.capitalize()),
        Column("median", "Median", Unit.DAYS),
        Column("median_low", "from", Unit.DAYS),
        Column("median_high", "to", Unit.DAYS),
        *(Column(f"day_{day}", f"Day {day}", Unit.PERCENT, is_shaded=True) for day in horizons),
    )
    rows = [_row(name, curve, horizons, falls=falls) for name, curve in groups.parts.items()]
    rows.append(_row(ALL, groups.whole, horizons, falls=falls))
    note = "A blank median: less than half have come so far. A blank day: nobody has been watched that long."
    if groups.left_out:
        note += f" {groups.left_out} smaller group{'s' * (groups.left_out > 1)} stand only in All."
    return Table(key, title, columns, tuple(rows), note)


def _row(name: str, curve: Curve, horizons: Sequence[int], *, falls: bool) -> tuple[Cell, ...]:
    shares = [(curve.at(day) if falls else 1 - curve.at(day)) if day <= curve.longest else None for day in horizons]
    low, high = interval_of_median(curve)
    return (name, curve.n, curve.ended, curve.median, low, high, *shares)


def _curve(lived: Sequence[Lived]) -> Curve:
    return kaplan_meier([one.days for one in lived], [one.has_ended for one in lived])


def _point(step: Step, *, falls: bool, has_band: bool) -> Point:
    x = step.time / MONTH
    if not falls:
        return Point(x, 1 - step.share, *((1 - step.high, 1 - step.low) if has_band else ()))
    return Point(x, step.share, *((step.low, step.high) if has_band else ()))


def thinned(steps: Sequence[Step]) -> list[Step]:
    """So many steps that no eye misses one."""
    every = max(1, len(steps) // POINTS)
    return [step for i, step in enumerate(steps) if i % every == 0 or i == len(steps) - 1]
