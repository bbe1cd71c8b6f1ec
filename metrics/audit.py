"""Looking again: what the ledger holds is compared with the records, whether or not anything was heard to change.

Every night a few measures are looked at again for one day of theirs picked by lot, and a seventh of them as a whole,
so that each is within a week. What is found is put right at once, written down, and counted on the health page. It
closes the holes no trigger can: a restored backup, triggers switched off, a replica's writes.
"""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Min, Q
from django.utils import timezone

from customers.models import Customer
from metrics import ledger
from metrics.changes import Hearing
from metrics.language import Measure
from metrics.models import Cell, Fact, Finding, MeasureState, Run
from metrics.models.fact import CURRENT
from metrics.registry import all_measures
from sales.told import ToldQuerySet

A_NIGHT = 5  # measures looked at again for one day
CUSTOMERS = 20  # whose stories are read again, where a measure is told by stories
RECORDS = 200  # that are worked out again, where their rows are not stored
DAY = timedelta(days=1)
WEEK = 7 * DAY


def settle(measure: type[Measure], run: Run, hearing: Hearing) -> ledger.Change:
    """Settle what changed, then look again where it is this measure's turn; what that finds is a finding."""
    with ledger.one_view_of_the_world():
        state = ledger.state_of(measure)
        change = ledger.catch_up(measure, run, state=state, hearing=hearing)
        if _is_due(state, run):
            found = ledger.settle(measure, run, state=state)
            _note(state, run, Finding.Kind.WEEKLY, "", found)
        elif measure in _by_lot(run) and (day := _some_day(state, run)):
            found = ledger.settle(measure, run, records=_records_of(measure, state, day, run), state=state)
            _note(state, run, Finding.Kind.DAY, f"{day}", found)
        else:
            return change
    return ledger.Change(change.opened + found.opened, change.closed + found.closed)


def _is_due(state: MeasureState, run: Run) -> bool:
    """Each measure has its day of the week, and is never left for more than one."""
    if state.compared_at is None:
        return False
    age = timezone.now() - state.compared_at
    return age >= WEEK or (age >= DAY and state.pk % 7 == run.through.toordinal() % 7)


def _by_lot(run: Run) -> list[type[Measure]]:
    measures = all_measures()
    return _lots(run).sample(measures, min(A_NIGHT, len(measures)))


def _some_day(state: MeasureState, run: Run) -> date | None:
    """Any day of the measure's life, also one on which nothing happened as far as the ledger knows."""
    days = Cell.objects.filter(measure=state.pk, mark=0, dimension=0, grain=Cell.Grain.DAY)
    ends = days.aggregate(first=Min("day"), last=Max("day"))
    if ends["first"] is None:
        return None
    last = max(min(ends["last"], run.through), ends["first"])
    return ends["first"] + _lots(run, state.pk).randint(0, (last - ends["first"]).days) * DAY


def _records_of(measure: type[Measure], state: MeasureState, day: date, run: Run) -> list[int]:
    """The records that count on a day, by the ledger and by the records; of rows that are worked out, some of any."""
    rows = measure.rows()
    facts = Fact.objects.filter(CURRENT, measure=state.pk)
    if isinstance(rows, ToldQuerySet):
        return _records_of_some_customers(measure, run)
    held = set(facts.filter(day=day).values_list("record", flat=True))
    if measure.model and not rows.model._meta.managed:
        return sorted(held | _some(measure.model, _lots(run, measure.key), RECORDS))
    asked = rows.filter(**_on(measure, day)).values_list(measure.record, flat=True)
    return sorted(held | set(asked))


def _on(measure: type[Measure], day: date) -> dict[str, object]:
    if measure.through:
        return {f"{measure.clock}__lte": day, f"{measure.through}__gte": day}
    if measure.clock.endswith("_on"):
        return {measure.clock: day}
    midnight, next_midnight = (timezone.make_aware(datetime.combine(d, time.min)) for d in (day, day + DAY))
    return {f"{measure.clock}__gte": midnight, f"{measure.clock}__lt": next_midnight}


def _records_of_some_customers(measure: type[Measure], run: Run) -> list[int]:
    some = _some(Customer, _lots(run, measure.key), CUSTOMERS)
    if measure.model is Customer:
        return sorted(some)
    return sorted(measure.model._base_manager.filter(customer__in=some).values_list("pk", flat=True))


def _some(model: Any, lots: random.Random, n: int) -> set[int]:
    """Numbers of records, by lot; behind some of them may be none."""
    ends = model._base_manager.aggregate(first=Min("pk"), last=Max("pk"))
    return {lots.randint(ends["first"], ends["last"]) for _ in range(n)} if ends["first"] is not None else set()


def _lots(run: Run, of: object = "") -> random.Random:
    return random.Random(f"{run.pk} {of}")  # noqa: S311 - nobody gains by guessing which day is looked at


def _note(state: MeasureState, run: Run, kind: str, cell: str, found: ledger.Change) -> None:
    if not any(found):
        return
    moved = Fact.objects.filter(Q(run_from=run.pk) | Q(run_to=run.pk), measure=state.pk)
    Finding.objects.create(
        run=run,
        kind=kind,
        about=state.key,
        cell=cell,
        words=f"{found.opened} facts were missing and {found.closed} were wrong, with no change heard of.",
        rows=sorted(set(moved.order_by("record").values_list("record", flat=True)[:20])),
        is_repaired=True,
    )
