"""The words an analysis is written in, and the book of all of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from enum import StrEnum
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from customers.models import User
from metrics import analyses, calendar
from metrics.analyses.shape import Result
from metrics.language import Measure
from metrics.models import AnalysisResult
from metrics.sight import COMPANY, Sight, sight_over

BOOK: dict[str, type["Analysis"]] = {}
LONGEST = 120


class About(StrEnum):
    """What an analysis is about: the shelves of the index."""

    CUSTOMERS = "Customers"
    NUMBERS = "Numbers"
    RECORDS = "Records"


@dataclass(frozen=True)
class Choice:
    """Something the asker may choose; the first option holds where nothing is said. No options: free words."""

    key: str
    title: str
    options: Mapping[str, str] = field(default_factory=dict)

    def offers(self, user: Any) -> Mapping[str, str]:
        """What the page offers somebody to choose from, where that is too long for links."""
        return {}

    def read(self, said: str) -> str:
        """Raises `ValidationError`."""
        said = " ".join(said[:LONGEST].replace("\0", "").split())
        if not self.options:
            return said
        if said and said not in self.options:
            raise ValidationError({self.key: f"Choose one of {', '.join(filter(None, self.options))}."})
        return said or next(iter(self.options))


@dataclass(frozen=True)
class Ask:
    """Who asks what, and how far they see. Everything before the day `until` is settled.

    user     None at the command line, which sees everything
    learned  what the analysis learned in the last night, if it does
    """

    user: User | None
    sight: Sight
    until: date
    said: Mapping[str, str]
    learned: AnalysisResult | None = None

    @property
    def found(self) -> Any:
        """What was learned, where something was."""
        return self.learned.found if self.learned else {}

    @property
    def last(self) -> date:
        """The last settled day."""
        return self.until - timedelta(days=1)

    def visible(self, rows: Any) -> Any:
        """Those of some records the asker may see."""
        return rows if self.user is None else rows.visible_to(self.user)


class Analysis:
    """One analysis. The docstring's first sentence is what the index says of it, the rest how it is done.

    reads    measures whose facts it reads; who may not see one of them does not see the analysis
    records  tables it reads beside them, likewise
    choices  what the asker may choose
    learns   whether its fit is too slow for a request; then `learn` is called once a night, for all of the company
    todo     what to do where there is nothing to analyse yet
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    about: ClassVar[About] = About.CUSTOMERS
    reads: ClassVar[tuple[type[Measure], ...]] = ()
    records: ClassVar[tuple[type[models.Model], ...]] = ()
    choices: ClassVar[tuple[Choice, ...]] = ()
    learns: ClassVar[bool] = False
    todo: ClassVar[str] = "Bring in your records, and let a night count them."

    def __init_subclass__(cls) -> None:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()
        cls.key = cls.__dict__.get("key", words)
        cls.title = cls.__dict__.get("title", words.replace("_", " ").capitalize())
        if cls.__module__.startswith(f"{analyses.__name__}."):
            BOOK[cls.key] = cls

    @classmethod
    def definition(cls) -> str:
        return getdoc(cls) or ""

    @classmethod
    def summary(cls) -> str:
        return " ".join(cls.definition().split("\n\n")[0].split())

    @classmethod
    def sight(cls, user: Any) -> Sight | None:
        """How far somebody sees into it; None where it is none of their business."""
        return COMPANY if user is None else sight_over(user, cls.reads, cls.records)

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        """What it finds. Raises `ValidationError` where something said makes no sense."""
        raise NotImplementedError

    @classmethod
    def learn(cls, until: date) -> Any:
        """What is learned of all the company once a night, as plain JSON. Raises `TooFew`."""
        raise NotImplementedError


def all_analyses() -> list[type[Analysis]]:
    """Every analysis, shelf by shelf, in the order the files are read."""
    for module in sorted(one.name for one in iter_modules(analyses.__path__)):
        import_module(f"{analyses.__name__}.{module}")
    return sorted(BOOK.values(), key=lambda one: list(About).index(one.about))


def analysis_of(key: str) -> type[Analysis]:
    """The analysis of that key, with hyphens or underscores. Raises `LookupError` naming the nearest ones."""
    known = {one.key: one for one in all_analyses()}
    plain = key.replace("-", "_")
    if plain not in known:
        near = ", ".join(get_close_matches(plain, known, n=3))
        raise LookupError(f"There is no analysis {key!r}." + (f" Did you mean: {near}?" if near else ""))
    return known[plain]


def visible_analyses(user: Any) -> list[type[Analysis]]:
    return [one for one in all_analyses() if one.sight(user)]


def ask(analysis: type[Analysis], user: Any, said: Mapping[str, str], sight: Sight) -> Ask:
    """A question to an analysis, read from words. Raises `ValidationError` naming the word at fault."""
    unknown = set(said) - {choice.key for choice in analysis.choices}
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), "This analysis does not ask for that."))
    words = {choice.key: choice.read(said.get(choice.key, "")) for choice in analysis.choices}
    learned = AnalysisResult.objects.latest_of(analysis.key) if analysis.learns else None
    return Ask(user, sight, calendar.settled_until(), words, learned)


def answer(analysis: type[Analysis], ask: Ask) -> Result:
    """What an analysis finds, or why it finds nothing."""
    if analysis.learns and ask.learned is None:
        return Result(0, refusal="This is worked out after the night. Run `manage.py analysis --learn` to do it now.")
    if ask.learned is not None and ask.learned.refusal:
        return Result(0, refusal=f"{ask.learned.refusal} {analysis.todo}")
    found = analysis.work_out(ask)
    return found if found.n or found.refusal else Result(0, of=found.of, refusal=f"Nothing yet. {analysis.todo}")


def choices_of(analysis: type[Analysis]) -> Sequence[str]:
    return [choice.key for choice in analysis.choices]
