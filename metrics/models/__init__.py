"""The ledger, and what is published from it."""

from metrics.models.fact import Cell, Fact, MeasureState
from metrics.models.run import Night, Run, RunStep
from metrics.models.snapshot import Snapshot

__all__ = ["Cell", "Fact", "MeasureState", "Night", "Run", "RunStep", "Snapshot"]
