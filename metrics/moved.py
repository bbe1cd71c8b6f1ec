# ruff: noqa: S608 - every name in the SQL below is a column of ours
"""Which days' facts moved since a run, so that only what can have changed is counted anew."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from metrics.language import Leaf, Measure
from metrics.models.fact import FOR_EVER
from metrics.periods import Period
from metrics.reading import Numbers, numbers_of
from metrics.sql import query

Days = list[date]
Moved = Mapping[type[Measure], Days]

# A fact as an uncut number knows it.
SAME = "measure, day, record, part, subject, at, value, marks"


def moved(measures: Collection[type[Measure]], run: int, numbers: Numbers | None = None) -> Moved:
    """The days of each measure, in order, whose facts are others than that run left.

    A fact whose cuts alone were put right counts as before in every uncut number; it has not moved.
    """
    numbers = numbers or numbers_of(measures)
    days: dict[int, Days] = {}
    for number, day in moved_facts("measure, day", (numbers[measure.key] for measure in measures), run):
        days.setdefault(number, []).append(day)
    return {measure: days.get(numbers[measure.key], []) for measure in measures}


def moved_facts(columns: str, numbers: Iterable[int], run: int) -> list[tuple[Any, ...]]:
    """These columns of all facts that moved since a run, each once and in order."""
    known = [number for number in numbers if number]
    return query(
        f"""
        SELECT DISTINCT {columns} FROM (
            SELECT {SAME}, 1 AS sign FROM metrics_fact
            WHERE measure = ANY (%s) AND run_from > %s AND run_to = {FOR_EVER}
            UNION ALL
            SELECT {SAME}, -1 FROM metrics_fact
            WHERE measure = ANY (%s) AND run_from <= %s AND run_to > %s AND run_to < {FOR_EVER}
        ) touched
        GROUP BY {SAME} HAVING sum(sign) <> 0 ORDER BY {columns}""",
        [known, run, known, run, run],
    )


def is_touched(leaf: Leaf, period: Period, moved: Moved) -> bool:
    """Whether a term of a period can be another than before, by the days that moved."""
    stretches = leaf.periods(period) if leaf.periods else [period]
    days = [moved[measure] for measure in leaf.measures]
    if leaf.looks_back:
        return any(some and some[0] < stretch.end for stretch in stretches for some in days)
    return any(_holds(stretch, some) for stretch in stretches for some in days)


def _holds(stretch: Period, days: Days) -> bool:
    place = bisect_left(days, stretch.start)
    return place < len(days) and days[place] < stretch.end
