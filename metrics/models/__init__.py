"""The ledger, and what is published from it."""

from metrics.models.change import Change
from metrics.models.fact import Cell, Fact, MeasureState
from metrics.models.run import Night, Run, RunStep
from metrics.models.snapshot import Snapshot

__all__ = ["Cell", "Change", "Fact", "MeasureState", "Night", "Run", "RunStep", "Snapshot"]
