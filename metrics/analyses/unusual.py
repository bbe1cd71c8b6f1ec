"""Which numbers strayed furthest in their last settled month, of all there are."""

from collections.abc import Iterable
from dataclasses import dataclass

from metrics.analyses.book import Analysis, Ask
from metrics.analyses.numbers import AboutNumbers, kpi_path, named, sights_of
from metrics.analyses.past import Past, judged, pasts_of
from metrics.analyses.shape import Amount, Cell, Column, Link, Result, Table
from metrics.language import Unit
from metrics.mathematics.anomalies import Surprise, surprise
from metrics.mathematics.correlation import adjust
from metrics.mathematics.seasons import without_season
from metrics.periods import Grain
from metrics.registry import every_kpi

FALSE = 0.1  # of what is called unusual, the part that is chance
FEW_STEPS = 13  # that a person who sees a part is shown: theirs are counted from the rows themselves


@dataclass(frozen=True)
class Strayed:
    """A number's last step, against those before it; `adjusted` counts how many numbers were looked at."""

    past: Past
    surprise: Surprise
    adjusted: float

    @property
    def is_unusual(self) -> bool:
        return self.adjusted <= FALSE

    @property
    def verdict(self) -> str:
        way = "high" if self.surprise.is_up else "low"
        if not self.past.better:
            return f"unusually {way}"
        good = self.surprise.is_up == (self.past.better > 0)
        return f"unusually {way}, for the {'better' if good else 'worse'}"


class Unusual(AboutNumbers, Analysis):
    """The last settled month of every number, ranked by how far it strays from what it used to be.

    Each is held against the level of its own months before, since the level last shifted; where those surely rise or
    fall, against their line; where two full years are known, without the season. Of many numbers some always look
    odd: the chance is held against how many were looked at, so that of those called unusual at most one in ten is
    noise (Benjamini and Hochberg, 1995). Months that still run or mature are never judged, nor shares and means of
    fewer than 30 rows, nor numbers with fewer than eight months before.
    """

    title = "What is unusual"

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        sights = sights_of(ask, every_kpi())
        whole = all(not sight.limits for sight in sights.values())
        pasts = pasts_of(sights, Grain.MONTH, settled=ask.until, back=None if whole else FEW_STEPS)
        found = rank(pasts.values())
        odd = [one for one in found if one.is_unusual]
        many = f"{len(odd)} of them {'is' if len(odd) == 1 else 'are'} unusual"
        return Result(
            n=len(found),
            of="numbers looked at",
            honesty=f"{many}; at most one in ten such is noise.",
            tables=(_table("unusual", "Unusual", odd), _table("usual", "Within their noise", found[len(odd) :])),
            remarks=(f"{len(pasts) - len(found)} more have too short or too thin a past to be judged.",),
        )


def rank(pasts: Iterable[Past]) -> list[Strayed]:
    """The last step of every number that can be judged, the surest stray first."""
    found = [(past, one) for past in pasts if judged(past) and (one := surprise(calm(past)))]
    adjusted = adjust([one.chance for _, one in found])
    strayed = [Strayed(past, one, q) for (past, one), q in zip(found, adjusted, strict=True)]
    return sorted(strayed, key=lambda one: (one.adjusted, one.surprise.chance, one.past.kpi.key))


def calm(past: Past) -> list[float | None]:
    """A number's steps without what the season adds, where it is known."""
    known = [number for number in past.numbers if number is not None]
    if len(known) < len(past.numbers):
        return list(past.numbers)
    return [*without_season(known, past.season)]


def _table(key: str, title: str, found: list[Strayed]) -> Table:
    columns = (
        Column("number", "Number"),
        Column("month", "Month"),
        Column("value", "Value"),
        Column("expected", "Expected"),
        Column("low", "Usual from"),
        Column("high", "to"),
        Column("verdict", "Which is"),
        Column("chance", "Chance of noise", Unit.PERCENT),
        Column("adjusted", "of all looked at", Unit.PERCENT),
        Column("months", "Months before"),
    )
    empty = "Nothing strays further than so many numbers do by chance."
    return Table(key, title, columns, tuple(_row(one) for one in found), empty=empty)


def _row(one: Strayed) -> tuple[Cell, ...]:
    unit, told = one.past.kpi.unit, one.surprise
    numbers = (one.past.numbers[-1] or 0.0, told.expected, *told.usual)
    return (
        Link(one.past.kpi.title, kpi_path(one.past.kpi, one.past.periods[-1])),
        named(one.past, -1),
        *(Amount(number, unit) for number in numbers),
        one.verdict if one.is_unusual else "within its noise",
        told.chance,
        one.adjusted,
        told.n,
    )
