"""The days a page is about: what the address says, else what this person looked at last."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from metrics import calendar
from metrics.asking import period_of
from metrics.periods import DAY, Grain, Period, add_months, containing, floor, in_words

REMEMBERED = "kpi_days"
DEFAULT = "this_month"
MONTHS_OF_SPARK = 13


@dataclass(frozen=True)
class Span:
    """Some days, and the name they were asked for by, if they have one."""

    period: Period
    settled: date
    name: str = ""

    @property
    def words(self) -> str:
        return in_words(self.period)

    @property
    def title(self) -> str:
        return calendar.PRESETS.get(self.name, "Own days")

    @property
    def asked(self) -> dict[str, str]:
        """The words of an address that ask for these days, and move on with them where they have a name."""
        return {"period": self.name} if self.name else self.fixed

    @property
    def fixed(self) -> dict[str, str]:
        """The words of an address that ask for these very days for ever."""
        return {"start": self.period.start.isoformat(), "end": self.period.end.isoformat()}

    @property
    def is_running(self) -> bool:
        """Whether these days are today, which no night has settled."""
        return self.name == calendar.TODAY

    def with_today(self) -> "Span":
        """These days and, where they end on the last settled one, the running day too."""
        tomorrow = timezone.localdate() + DAY
        reaches = self.period.end == self.settled and self.period.end < tomorrow
        return replace(self, period=Period(self.period.start, tomorrow)) if reaches else self

    @property
    def query(self) -> str:
        return urlencode(self.asked)

    @property
    def so_far(self) -> Period:
        """The settled part; only that can be held against equally many earlier days."""
        return self.period.until(self.settled) or self.period

    @property
    def earlier(self) -> Period:
        return calendar.before(self.name, self.so_far)

    @property
    def progress(self) -> str:
        """How much of a running month, quarter or year these days are."""
        _, _, grain = self.name.partition("_")
        if not self.name.startswith("this_"):
            return ""
        whole = containing(self.period.last, Grain(grain), fiscal_start=calendar.fiscal_start())
        return f"{self.period.days} of {whole.days} days so far" if self.period != whole else ""

    @property
    def months(self) -> list[Period]:
        """The months a card's small line shows; the running one up to what is settled."""
        last = min(self.period.last, self.settled - DAY)
        first = floor(last, Grain.MONTH)
        starts = [add_months(first, i - MONTHS_OF_SPARK + 1) for i in range(MONTHS_OF_SPARK)]
        whole = [containing(start, Grain.MONTH) for start in starts]
        return [month.until(self.settled) or month for month in whole]

    @property
    def choices(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "title": title, "is_chosen": name == self.name} for name, title in calendar.PRESETS.items()
        ]


def span_of(request: HttpRequest) -> Span:
    """Read the days from the address, else from memory, and remember them. Raises `ValidationError`."""
    asked = {key: request.GET[key] for key in ("period", "start", "end", "through") if request.GET.get(key)}
    if asked:
        span = _read(asked)
        if request.session.get(REMEMBERED) != span.asked:
            request.session[REMEMBERED] = span.asked
        return span
    try:
        return _read(request.session.get(REMEMBERED) or {"period": DEFAULT})
    except ValidationError:
        return _read({"period": DEFAULT})


def _read(asked: dict[str, str]) -> Span:
    settled = calendar.settled_until()
    name = asked.get("period", "")
    if name:
        if name not in calendar.PRESETS:
            raise ValidationError({"period": f"The periods are {', '.join(calendar.PRESETS)}."})
        whole = calendar.preset(name, until=settled)
        return Span(whole.until(settled) or whole, settled, name)
    period = period_of(asked.get("start"), _end(asked))
    return Span(period, settled)


def _end(asked: dict[str, str]) -> str | None:
    """People say the last day; addresses say the day after it."""
    if "through" not in asked:
        return asked.get("end")
    try:
        return (date.fromisoformat(asked["through"]) + DAY).isoformat()
    except (ValueError, OverflowError) as error:
        raise ValidationError({"through": "Write the day as in 2026-01-31."}) from error
