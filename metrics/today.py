"""The running day, on top of the settled ledger: what a night would say if it came at this moment.

Such a night is settled in a transaction of its own, read, and taken back. So the running day is counted by the very
statements that count every other one, for the price of what changed since the last night.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from metrics import ledger
from metrics.changes import Hearing
from metrics.language import Measure
from metrics.models import MeasureState, Run
from metrics.models.fact import FOR_EVER
from metrics.periods import DAY
from metrics.reading import Slice

WORD = "today"


def until_now(cut: Slice) -> Slice:
    """The same slice, the running day included."""
    return cut.counting_until(timezone.localdate() + DAY)


@contextmanager
def believed(measures: Iterable[type[Measure]], cut: Slice) -> Iterator[None]:
    """The ledger as a night at this moment would leave it, where a slice asks for that; nothing of it stays."""
    if cut.through is None:
        yield
        return
    with ledger.one_view_of_the_world(), transaction.atomic():
        hearing, standing = Hearing(), {state.key: state for state in MeasureState.objects.live()}
        for measure in dict.fromkeys(measures):
            state = standing.get(measure.key)
            # A definition that is still being built says nothing yet, of this day or any other.
            if state and state.definition == ledger.definition_of(measure):
                ledger.catch_up(measure, Run(pk=FOR_EVER - 1), state=state, hearing=hearing)
        yield
        transaction.set_rollback(True)
