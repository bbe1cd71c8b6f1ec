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
    line: str
    band: str
    end: tuple[float, float]


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
    scale = scale_of(heights, chart.unit)
    xs = [point.x for point in every] + [x for x, _ in chart.ticks]
    left, right = min(xs, default=0.0), max(xs, default=1.0)
    width = (right - left) or 1.0

    def across(x: float) -> float:
        return round(100 * (x - left) / width, 3)

    def placed(line: Line, at: str) -> list[tuple[float, float]]:
        found = [(across(p.x), round(100 - scale.height(_of(p, at)), 3)) for p in line.points]
        return _stepped(found) if line.is_steps else found

    strokes = [
        Stroke(
            line.name,
            i + 1,
            points(placed(line, "y")),
            points([*placed(line, "high"), *reversed(placed(line, "low"))]) if _has_band(line) else "",
            placed(line, "y")[-1],
        )
        for i, line in enumerate(chart.lines)
        if line.points
    ]
    ticks = [(scale.height(tick), in_unit(tick, chart.unit)) for tick in scale.ticks]
    return Drawing(chart, strokes, ticks, [(across(x), words) for x, words in chart.ticks], _words(chart))


def _of(point: Point, at: str) -> float:
    value = getattr(point, at)
    return point.y if value is None else value


def _has_band(line: Line) -> bool:
    return any(point.low is not None for point in line.points)


def _stepped(found: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line that stays where it is until it falls."""
    stepped = found[:1]
    for x, y in found[1:]:
        stepped += [(x, stepped[-1][1]), (x, y)]
    return stepped


def _words(chart: Chart) -> str:
    ends = [f"{line.name} ends at {in_unit(line.points[-1].y, chart.unit)}" for line in chart.lines if line.points]
    return f"{chart.title}. {'; '.join(ends)}."
