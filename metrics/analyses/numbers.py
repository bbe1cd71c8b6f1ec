"""What the analyses of numbers share: which number is asked for, by whom, and its past."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.http import urlencode

from customers.access import ALL
from metrics.analyses.book import About, Ask, Choice
from metrics.analyses.past import Past, past_of
from metrics.asking import Question, conditions
from metrics.asking import ask as asking
from metrics.boards import BOARDS
from metrics.dimensions import labels
from metrics.language import KPI
from metrics.periods import Grain, Period, short
from metrics.registry import every_kpi, kpi_of
from metrics.sight import COMPANY, Sight, reach_of, sight_of, visible_kpis
from metrics.sight import sights_of as sights_seen

GRAINS = {
    grain.value: grain.value.replace("_", " ").capitalize() for grain in (Grain.MONTH, Grain.WEEK, Grain.QUARTER)
}


@dataclass(frozen=True)
class NumberChoice(Choice):
    """A KPI, by its key; the page offers those the asker may see. `blank` is what holds where none is named."""

    blank: str = "The first on your boards"

    def offers(self, user: Any) -> Mapping[str, str]:
        kpis = every_kpi() if user is None else visible_kpis(user, every_kpi())
        return {"": self.blank} | {kpi.key: kpi.title for kpi in sorted(kpis, key=lambda kpi: kpi.title.casefold())}


KPI_CHOICE = NumberChoice("kpi", "Number")
GRAIN_CHOICE = Choice("grain", "Step by step", GRAINS)
WHERE_CHOICE = Choice("where", "Only where")


class AboutNumbers:
    """An analysis of numbers: everybody sees it who may see any number, each within what they may see of it."""

    about: ClassVar[About] = About.NUMBERS
    todo: ClassVar[str] = "It needs some months that are settled."

    @classmethod
    def sight(cls, user: Any) -> Sight | None:
        if user is None:
            return COMPANY
        seen = [far for kpi in every_kpi() if (far := reach_of(user, kpi))]
        return Sight(min(seen)) if seen else None


def kpi_asked(ask: Ask, key: str = "kpi") -> tuple[type[KPI], Sight]:
    """The number asked for, by default the first on the boards one may see. Raises `ValidationError`."""
    said = ask.said.get(key, "")
    if not said:
        return first_seen(ask)
    try:
        kpi = kpi_of(said)
    except LookupError as error:
        raise ValidationError({key: str(error)}) from error
    sight = seen_by(ask, kpi)
    if sight is None:
        raise ValidationError({key: f"There is no KPI {said!r}."})
    return kpi, sight


def seen_by(ask: Ask, kpi: type[KPI]) -> Sight | None:
    return COMPANY if ask.user is None else sight_of(ask.user, kpi)


def sights_of(ask: Ask, kpis: Iterable[type[KPI]]) -> dict[type[KPI], Sight]:
    """How far the asker sees each of those they may see."""
    return dict.fromkeys(kpis, COMPANY) if ask.user is None else sights_seen(ask.user, kpis)


def first_seen(ask: Ask) -> tuple[type[KPI], Sight]:
    for board in BOARDS.values():
        for kpi in board.kpis:
            if sight := seen_by(ask, kpi):
                return kpi, sight
    raise ValidationError({"kpi": "There is no number you may see."})


def question_asked(ask: Ask, **days: Any) -> Question:
    """The number asked for, within what is to be kept of it. Raises `ValidationError`."""
    kpi, sight = kpi_asked(ask)
    kept = [words.strip() for words in ask.said.get("where", "").split(",") if words.strip()]
    return asking(kpi, where=conditions(kept), sight=sight, **days)


def past_asked(ask: Ask) -> Past:
    """Its past in the steps asked for, or the nearest longer ones it has."""
    question = question_asked(ask)
    return past_of(question, step_of(question.kpi, Grain(ask.said["grain"])))


def step_of(kpi: type[KPI], wanted: Grain) -> Grain:
    """The step wanted, or where the KPI does not have it, the next longer one."""
    every = list(Grain)
    return next((grain for grain in kpi.grains if every.index(grain) >= every.index(wanted)), kpi.grains[-1])


def kpi_path(kpi: type[KPI], period: Period | None = None) -> str:
    """The page of a number, about some days."""
    path = reverse("kpis:kpi", args=[kpi.key.replace("_", "-")])
    days = {"start": period.start.isoformat(), "end": period.end.isoformat()} if period else {}
    return f"{path}?{urlencode(days)}" if days else path


def steps_in_words(past: Past) -> str:
    """months, weeks, fiscal years."""
    return f"{past.grain.value.replace('_', ' ')}s"


def whose(question: Question) -> str:
    """Whose records a number is of, where they are not all."""
    kept = []
    for by, members in question.cut.where:
        names = labels(by, members)
        kept.append(f"{by.title.lower()} {', '.join(names[member] for member in members)}")
    own = [] if question.sight.reach is ALL else [f"Over {question.sight.words}."]
    return " ".join([*own, *([f"Only {' and '.join(kept)}."] if kept else [])])


def named(past: Past, place: int) -> str:
    return short(past.periods[place].start, past.grain)


def ticks_of(starts: list[Any], grain: Grain, most: int = 6) -> tuple[tuple[float, str], ...]:
    """Names for some of the places of an axis."""
    every = max(1, -(-len(starts) // most))
    return tuple((float(i), short(start, grain)) for i, start in enumerate(starts) if i % every == 0)
