"""What is wrong with a file, said so that the person who brought it can mend it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

MANY = 1000  # problems after which reading on helps nobody


class Problem(NamedTuple):
    """One thing that is wrong; without a row it concerns the whole file."""

    row: int | None
    column: str
    value: str
    reason: str


class Misread(Exception):
    """A cell does not hold what its column should; the message says why."""


class Refused(Exception):
    """The file was not imported."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].reason if problems else "")
        self.problems = list(problems)
        self.columns: Sequence[str] = ()
        self.cells: Mapping[int, Sequence[object]] = {}

    def name_columns(self, headings: Mapping[str, str]) -> None:
        """Say the columns by the headings of the file, which is where people look."""
        self.problems = [
            problem._replace(column=headings.get(problem.column) or problem.column) for problem in self.problems
        ]

    @classmethod
    def because(cls, reason: str, *, column: str = "", value: str = "", row: int | None = None) -> "Refused":
        return cls(Problem(row, column, value, reason))


class Problems:
    """The list of what is wrong, kept short enough to read."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.places: set[tuple[int | None, str]] = set()

    def add(self, row: int | None, column: str, value: object, reason: str) -> None:
        self.places.add((row, column))
        self.found.append(Problem(row, column, shown(value), reason))
        if len(self.found) >= MANY:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        if self.found:
            raise Refused(*sorted(set(self.found), key=lambda problem: (problem.row or 0, problem.column)))


def shown(value: object) -> str:
    """A value as it may stand in a message: short, on one line, without anything that moves a cursor."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str("" if value is None else value))
    return text if len(text) <= 60 else text[:57] + "…"
