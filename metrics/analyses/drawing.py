"""Charts of analyses as geometry: lines, steps and bands in shares of the plot."""

from dataclasses import dataclass

from metrics.analyses.shape import Chart, Line, Point
from metrics.charts import points, scale_of
from metrics.wording import in_unit


@dataclass(frozen=True)
class Stroke:
    """One line, and the band around it, as points of an SVG."""

    name: str
    number: int
    lines: list[str]
    bands: list[str]
    is_dots: bool = False


@dataclass(frozen=True)
class Drawing:
    chart: Chart
    strokes: list[Stroke]
    ticks: list[tuple[float, str]]
    marks: list[tuple[float, str]]
    words: str


def drawing(chart: Chart) -> Drawing:
    """Where everything of a chart stands; y is counted from the bottom, x from the left, in percent."""
    every = [point for line in chart.lines for point in line.points]
    heights = [y for point in every for y in (point.y, point.low, point.high) if y is not None]
    dots = any(line.is_dots for line in chart.lines)
    scale = scale_of(heights, chart.unit, from_zero=not dots)
    xs = [point.x for point in every] + [x for x, _ in chart.ticks]
    left, right = min(xs, default=0.0), max(xs, default=1.0)
    width = (right - left) or 1.0

    def across(x: float) -> float:
        return round(100 * (x - left) / width, 3)

    def placed(run: list[Point], at: str, *, steps: bool) -> list[tuple[float, float]]:
        found = [(across(p.x), round(100 - scale.height(_of(p, at)), 3)) for p in run]
        return _stepped(found) if steps else found

    strokes = [
        Stroke(
            line.name,
            i + 1,
            [points(placed(run, "y", steps=line.is_steps)) for run in _runs(line)],
            [
                points(
                    [
                        *placed(run, "high", steps=line.is_steps),
                        *reversed(placed(run, "low", steps=line.is_steps)),
                    ]
                )
                for run in _runs(line)
                if _has_band(line)
            ],
            line.is_dots,
        )
        for i, line in enumerate(chart.lines)
        if line.points
    ]
    ticks = [(scale.height(tick), in_unit(tick, chart.unit)) for tick in scale.ticks]
    return Drawing(chart, strokes, ticks, [(across(x), words) for x, words in chart.ticks], _words(chart))


def _runs(line: Line) -> list[list[Point]]:
    """The unbroken stretches of a line; one point alone is drawn as a dash."""
    if line.is_dots:
        return [[point, point] for point in line.points if point.y is not None]
    runs: list[list[Point]] = [[]]
    for point in line.points:
        if point.y is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run if len(run) > 1 else run * 2 for run in runs if run]


def _of(point: Point, at: str) -> float:
    value = getattr(point, at)
    return float(point.y or 0) if value is None else value


def _has_band(line: Line) -> bool:
    return any(point.low is not None for point in line.points)


def _stepped(found: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line that stays where it is until it falls."""
    stepped = found[:1]
    for x, y in found[1:]:
        stepped += [(x, stepped[-1][1]), (x, y)]
    return stepped


def _words(chart: Chart) -> str:
    known = [(line.name, [p.y for p in line.points if p.y is not None]) for line in chart.lines]
    ends = [f"{name} ends at {in_unit(ys[-1], chart.unit)}" for name, ys in known if ys]
    return f"{chart.title}. {'; '.join(ends)}."
