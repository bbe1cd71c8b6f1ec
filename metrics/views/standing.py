"""How a published period stands, in words: what was reported of it, what is known now, and what lies between."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import urlencode

from metrics.books import PUBLISHED, History, histories, published_in, when_over
from metrics.language import KPI
from metrics.models import PeriodLock, Snapshot
from metrics.periods import Grain, Period, containing
from metrics.views.frame import url_of
from metrics.wording import difference, in_unit


@dataclass(frozen=True)
class Standing:
    """A period of one KPI that is over and was published."""

    kpi: type[KPI]
    history: History
    reported: Snapshot

    @property
    def lock(self) -> PeriodLock | None:
        return self.history.lock

    @property
    def has_moved(self) -> bool:
        return self.history.has_moved

    @property
    def word(self) -> str:
        """Locked, restated or matured; nothing where it stands as it was first said."""
        if self.lock:
            return "Locked"
        if not self.has_moved:
            return ""
        return "Matured" if self.history.was_maturing else "Restated"

    @property
    def briefly(self) -> str:
        """As a mark in a chart or on a card: restated, was €1,700."""
        if not self.has_moved:
            return ""
        if self.lock:
            return f"locked at {self.reported_written}, since then {self.adjustment}"
        return f"{self.word.lower()}, was {self.reported_written}"

    @property
    def reported_written(self) -> str:
        return written_as_said(self.kpi, self.reported)

    @property
    def latest_written(self) -> str:
        return written_as_said(self.kpi, self.history.latest)

    @property
    def adjustment(self) -> str:
        """What came since, with its sign."""
        moved = self.history.adjustment
        if moved is None:
            return "another value"
        return difference(self.kpi, moved) if moved else "the same, from other rows"

    @property
    def since(self) -> int:
        """The run everything after which counts as a change."""
        return max(self.reported.run_id, self.lock.run_id) if self.lock else self.reported.run_id

    @property
    def changes(self) -> str:
        return self._url("changes", since=self.since)

    @property
    def as_reported(self) -> str:
        return self._url("kpi", as_of=self.since)

    @property
    def as_known(self) -> str:
        return self._url("kpi")

    def _url(self, door: str, **words: int) -> str:
        period = self.history.period
        days = {"start": period.start.isoformat(), "end": period.end.isoformat()}
        return f"{url_of(self.kpi, door)}?{urlencode(days | words)}"


def written_as_said(kpi: type[KPI], said: Snapshot) -> str:
    return "–" if said.value is None else in_unit(Fraction(said.value), kpi.unit)


def grain_of(period: Period) -> Grain | None:
    """The step that publishes just these days, if one does."""
    return next((grain for grain in PUBLISHED if containing(period.last, grain) == period), None)


def standing_of(kpi: type[KPI], period: Period) -> Standing | None:
    """How just these days stand, where they are published."""
    return standings([kpi], grain_of(period), period).get((kpi, period))


def standings(
    kpis: Iterable[type[KPI]], grain: Grain | None, within: Period
) -> dict[tuple[type[KPI], Period], Standing]:
    """How what was published of these days stands, KPI by KPI."""
    asked = {kpi.key: kpi for kpi in kpis}
    if grain not in PUBLISHED or not asked:
        return {}
    found = histories(when_over(published_in(asked.values(), grain, within)))
    return {
        (asked[key], period): Standing(asked[key], history, history.reported)
        for (key, period), history in found.items()
        if history.reported
    }
