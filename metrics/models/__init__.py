"""The ledger, and what is published from it."""

from metrics.models.audit import Audit, Finding
from metrics.models.cause import Cause
from metrics.models.change import Change
from metrics.models.fact import Cell, Fact, MeasureState
from metrics.models.lock import PeriodLock
from metrics.models.run import Night, Run, RunStep
from metrics.models.snapshot import Snapshot

__all__ = [
    "Audit",
    "Cause",
    "Cell",
    "Change",
    "Fact",
    "Finding",
    "MeasureState",
    "Night",
    "PeriodLock",
    "Run",
    "RunStep",
    "Snapshot",
]
