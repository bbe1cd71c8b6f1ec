"""What is on the way, and how it moves."""

from datetime import timedelta

from metrics.kpis.sales import AverageDeal, SalesCycle, WinRate, WonRevenue
from metrics.language import KPI, MONTHS_AND_UP, Example, Good, Reason, Unit
from metrics.listed import DaysHeld, Waiting
from metrics.measures.growth import RepsJoined, RepsLeft
from metrics.measures.pipeline import (
    DealsBegun,
    DealsEnded,
    LikelyValueEntered,
    LikelyValueLeft,
    LikelyValueRevalued,
    StagesEntered,
    StagesReached,
    ValueEntered,
    ValueLeft,
    ValueRevalued,
)
from metrics.measures.sales import DealsClosed, DealsCreated, SalesCycles, StageStays

A_DAY = 86_400


class OpenDeals(KPI):
    """How many deals are open at the end of the period."""

    formula = DealsBegun.stock() + DealsEnded.stock()
    good = Good.TARGET
    example = Example("60 deals were opened until the end of May, 42 of them are closed.", (60, -42), 18)


class PipelineValue(KPI):
    """What the deals open at the end of the period are worth, stage by stage.

    A deal enters a stage with its amount and leaves with it; lost or won it is worth nothing here. Another amount
    counts from the day it is told for. An amount in another currency is valued anew at each month's end; what that
    alone changes is told by itself, "FX on pipeline".
    """

    formula = ValueEntered.stock() + ValueLeft.stock() + ValueRevalued.stock()
    unit, good = Unit.MONEY, Good.TARGET
    example = Example(
        "Deals of 90,000 entered a stage so far; 60,000 left theirs, to the next one or for good.",
        (90_000, -60_000, 0),
        30_000,
    )


class PipelineFX(KPI):
    """What the value of deals on the way gained or lost by exchange rates alone."""

    title = "FX on pipeline"
    formula = ValueRevalued.total()
    unit, good = Unit.MONEY, Good.TARGET
    example = Example(
        "10,000 dollars on the way are worth 9,000 when April ends and 9,200 when May does.", (200,), 200
    )


class WeightedPipeline(KPI):
    """What the deals open at the end of the period are worth, each times the chance of winning from its stage."""

    formula = LikelyValueEntered.stock() + LikelyValueLeft.stock() + LikelyValueRevalued.stock()
    unit, good = Unit.MONEY, Good.TARGET
    example = Example(
        "Two deals of 10,000 are open, one at 20 % and one at 60 %; 12,000 more came and left.",
        (20_000, -12_000, 0),
        8_000,
    )


class PipelineConversion(KPI):
    """Of the deals opened in the period, the share won to date.

    Deals still open keep it maturing, however long ago they were opened.
    """

    formula = DealsCreated.count("won") / DealsCreated.count()
    unit, is_share, grains = Unit.PERCENT, True, MONTHS_AND_UP
    undecided = DealsCreated.count("open")
    example = Example("40 deals are opened in May; 10 of them are won by now.", (10, 40), 25)


class WinRateValue(KPI):
    """Of the value of the deals closed in the period, the share we won."""

    title = "Win rate by value"
    formula = DealsClosed.total("won") / DealsClosed.total()
    unit = Unit.PERCENT
    example = Example("Of deals worth 40,000 that close in May we win 12,000.", (12_000, 40_000), 30)


class StageConversion(KPI):
    """Of the deals opened in the period that reached a stage, the share that went on from there.

    Reached is reached or passed: a stage that was skipped counts. A won deal went on from every stage. Uncut it is the
    share over all stages together.
    """

    formula = StagesReached.count("moved_on") / StagesReached.count()
    unit, is_share, grains = Unit.PERCENT, True, MONTHS_AND_UP
    undecided = StagesReached.count("open")
    example = Example("Ten deals reach an offer, six go on.", (6, 10), 60)


class StageTimeP90(KPI):
    """The time nine in ten stays in a stage did not exceed, over the stays that ended in the period."""

    title = "Stage time, 90th percentile"
    formula = StageStays.percentile(0.9)
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five stays end in May, after 1, 2, 3, 4 and 9 days.", ([timedelta(days=days) for days in (1, 2, 3, 4, 9)],), 7
    )


class SalesCycleP90(KPI):
    """The time from opening to winning that nine in ten of the deals won in the period did not exceed."""

    title = "Sales cycle, 90th percentile"
    formula = SalesCycles.percentile(0.9)
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five deals are won in May, after 10, 20, 30, 40 and 90 days.",
        ([timedelta(days=days) for days in (10, 20, 30, 40, 90)],),
        70,
    )


class SalesVelocity(KPI):
    """What the open deals bring in a day at the pace of the period.

    Deals open at its end, times the average deal won, times the win rate, divided by the days from opening to winning.
    """

    formula = (OpenDeals.formula * AverageDeal.formula * WinRate.formula) / (SalesCycle.formula / A_DAY)
    unit, grains, empty = Unit.MONEY, MONTHS_AND_UP, Reason.NO_EVENTS
    example = Example(
        "20 deals are open, a deal won brings 7,500, 12 of 40 are won, and it takes 30 days.",
        (60, -40, 90_000, 12, 40, timedelta(days=360), 12),
        1_500,
    )


class StageAge(KPI):
    """How long half of the deals open at the end of the period had been in their stage at most.

    Compare it with the time deals stay in a stage that they leave: what is older than that has stalled.
    """

    formula = Waiting(StagesEntered, StageStays, 0.5)
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Three deals are open when May ends, 2, 4 and 12 days in their stage.",
        ([timedelta(days=days) for days in (2, 4, 12)],),
        4,
    )


class SalesProductivity(KPI):
    """The value of deals won for each day a sales rep was in a team: two reps in April make 60 days."""

    formula = WonRevenue.formula / (DaysHeld(RepsJoined) + DaysHeld(RepsLeft))
    unit, grains = Unit.MONEY, MONTHS_AND_UP
    example = Example("Two reps win 90,000 in April.", (90_000, 60, 0), 1_500)
