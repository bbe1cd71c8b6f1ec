"""Customers by how lately, how often and for how much they bought (RFM: Hughes, "Strategic Database Marketing", 1994).

Each is scored from 1 to 5 by rank among all, the same values sharing the middle of their ranks.
"""

from collections.abc import Sequence
from typing import NamedTuple

from metrics.mathematics.correlation import ranks


class Score(NamedTuple):
    """Fifths from 1 to 5, where 5 is best: 555 bought last week, most often, for the most."""

    recency: int
    frequency: int
    money: int

    @property
    def digits(self) -> str:
        return f"{self.recency}{self.frequency}{self.money}"

    @property
    def segment(self) -> str:
        """A name people know, by recency and by the mean of frequency and money."""
        worth = (self.frequency + self.money) / 2
        for least, value, name in SEGMENTS:
            if self.recency >= least and worth >= value:
                return name
        return "Lost"


# From this recency and this worth on, the first that fits.
SEGMENTS = (
    (4, 4, "Champions"),
    (3, 3, "Loyal"),
    (4, 2, "Promising"),
    (4, 1, "New"),
    (2, 4, "At risk"),
    (1, 4, "Cannot lose them"),
    (2, 2, "Need attention"),
    (2, 1, "About to sleep"),
    (1, 2, "Hibernating"),
)


def rfm(recency: Sequence[float], frequency: Sequence[float], money: Sequence[float]) -> list[Score]:
    """The score of each buyer, given the days since the last purchase, the purchases, and what they came to."""
    lately = fifths([-days for days in recency])
    return [Score(*each) for each in zip(lately, fifths(frequency), fifths(money), strict=True)]


def fifths(values: Sequence[float]) -> list[int]:
    """From 1 for the lowest fifth to 5 for the highest."""
    n = len(values)
    return [min(5, 1 + int(5 * (rank - 0.5) / n)) for rank in ranks(values)]
