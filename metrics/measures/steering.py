"""Goals, numbers told by hand and the quality of records as facts."""

from django.db.models import Q

from metrics import dimensions as cut
from metrics.language import Measure
from metrics.models.goal import FINE, Goal, GoalReading
from metrics.models.manual import ManualValue
from metrics.models.quality import QualityCheck

REACHED = Q(attained__gte=FINE)


class ManualValues(Measure):
    """Numbers told by hand, dated the last day of the period each is about."""

    rows = ManualValue.objects.exactly
    clock = "ends_on"
    value = "fine"
    in_millionths = True
    marks = {"crm_gain": Q(measure__key__startswith="crm_gain", measure__unit="money")}
    by = (cut.MANUAL.at("measure__key"),)


class GoalsDue(Measure):
    """How far each goal came, dated the day it was due; the last reading counts."""

    rows = GoalReading.objects.at_the_end
    model = Goal
    record = "goal"
    clock = "due_on"
    value = "attained"
    in_millionths = True
    marks = {"reached": REACHED}
    by = (cut.GOAL.at("goal"), cut.OWNER.at("goal__owner"), *cut.PEOPLE)
    leaves_out = "Goals still running, and all readings of a goal but the last."


class GoalChances(Measure):
    """How likely each running goal was to be reached, noted after every settled day."""

    rows = GoalReading.objects.with_a_chance
    model = Goal
    record, part = "goal", "day_number"
    clock = "read_on"
    value = "chance"
    in_millionths = True
    by = (cut.GOAL.at("goal"), cut.OWNER.at("goal__owner"), *cut.PEOPLE)


QUALITY_CUTS = (cut.ENTITY.at("entity"), cut.RULE.at("rule"), cut.OWNER.at("owner"), *cut.PEOPLE)


class RulesHeld(Measure):
    """How many records passed each rule, looked over every morning, times the rule's weight."""

    rows = QualityCheck.objects.weighed
    clock = "looked_over_on"
    value = "held"
    by = QUALITY_CUTS


class RulesAsked(Measure):
    """How many records each rule was held against, looked over every morning, times the rule's weight."""

    rows = QualityCheck.objects.weighed
    clock = "looked_over_on"
    value = "asked"
    by = QUALITY_CUTS
