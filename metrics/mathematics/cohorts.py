"""How many of those who began together are still there, period by period: a triangle whose future stays blank."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cohort:
    """Those who began in period `start`; `active[k]` were there k periods later, None where that is still to come."""

    start: int
    size: int
    active: tuple[int | None, ...]

    @property
    def shares(self) -> list[float | None]:
        return [None if count is None or not self.size else count / self.size for count in self.active]


@dataclass(frozen=True)
class Triangle:
    """A cohort for each period, the earliest first."""

    cohorts: tuple[Cohort, ...]

    @property
    def shares(self) -> list[float | None]:
        """The share there k periods later, over every cohort that has come so far: a ratio of sums."""
        return [
            sum(count for count, _ in known) / whole if (whole := sum(size for _, size in known)) else None
            for k in range(len(self.cohorts))
            for known in [[(c.active[k] or 0, c.size) for c in self.cohorts if c.active[k] is not None]]
        ]

    @property
    def chain(self) -> list[float]:
        """A curve without jumps where young cohorts drop out: each period's loss from those who have lived through it.

        The chain ladder: Mack, "Distribution-free Calculation of the Standard Error", ASTIN Bulletin 23 (1993).
        """
        share, found = 1.0, [1.0]
        for k in range(1, len(self.cohorts)):
            lived = [(c.active[k - 1] or 0, c.active[k] or 0) for c in self.cohorts if c.active[k] is not None]
            before = sum(earlier for earlier, _ in lived)
            share = share * sum(later for _, later in lived) / before if before else 0.0
            found.append(share)
        return found


def triangle(sizes: Sequence[int], active: Mapping[tuple[int, int], int]) -> Triangle:
    """From each period's beginners and how many of them were there k periods later, by (start, k).

    The last period with beginners, or with none, is the last one known: nothing after it is shown.
    """
    n = len(sizes)
    return Triangle(
        tuple(
            Cohort(start, size, tuple(active.get((start, k), 0) if start + k < n else None for k in range(n)))
            for start, size in enumerate(sizes)
        )
    )


def triangle_of(members: Iterable[Iterable[int]], periods: int) -> Triangle:
    """From the periods in which each member was active; each begins in their first."""
    sizes, active = [0] * periods, Counter[tuple[int, int]]()
    for each in members:
        seen = {period for period in each if 0 <= period < periods}
        if seen:
            start = min(seen)
            sizes[start] += 1
            active.update((start, period - start) for period in seen)
    return triangle(sizes, active)
