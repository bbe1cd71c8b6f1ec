"""The ledger, and what is published from it."""

from metrics.models.analysis import AnalysisResult
from metrics.models.audit import Audit, Finding
from metrics.models.cause import Cause
from metrics.models.change import Change
from metrics.models.definition import Definition
from metrics.models.fact import Cell, Fact, MeasureState
from metrics.models.goal import Goal, GoalReading
from metrics.models.kept_term import KeptTerm
from metrics.models.lifetime import LifetimeEstimate
from metrics.models.lock import PeriodLock
from metrics.models.manual import ManualMeasure, ManualValue
from metrics.models.marked import MarkedDate
from metrics.models.pack import PackChoice
from metrics.models.quality import QualityCheck
from metrics.models.run import Night, Run, RunStep
from metrics.models.segment import RuleSegment, SegmentStay
from metrics.models.snapshot import Snapshot

__all__ = [
    "AnalysisResult",
    "Audit",
    "Cause",
    "Cell",
    "Change",
    "Definition",
    "Fact",
    "Finding",
    "Goal",
    "GoalReading",
    "KeptTerm",
    "LifetimeEstimate",
    "ManualMeasure",
    "ManualValue",
    "MarkedDate",
    "MeasureState",
    "Night",
    "PackChoice",
    "PeriodLock",
    "QualityCheck",
    "RuleSegment",
    "Run",
    "RunStep",
    "SegmentStay",
    "Snapshot",
]
