"""Which numbers stand on which page, in reading order."""

from dataclasses import dataclass

from metrics.kpis import (
    care,
    lifecycle,
    marketing,
    pipeline,
    retention,
    sales,
    steering,
    support,
    surveys,
    value,
    website,
)
from metrics.language import KPI


@dataclass(frozen=True)
class Shelf:
    """Numbers that are read together."""

    title: str
    kpis: tuple[type[KPI], ...]


@dataclass(frozen=True)
class Board:
    """One page of numbers and the question it answers."""

    key: str
    title: str
    question: str
    shelves: tuple[Shelf, ...]
    has_waterfall: bool = False

    @property
    def kpis(self) -> list[type[KPI]]:
        return [kpi for shelf in self.shelves for kpi in shelf.kpis]


OVERVIEW = Board(
    "overview",
    "Overview",
    "How is the company doing?",
    (
        Shelf("Growth", (lifecycle.MRR, sales.WonRevenue, sales.Revenue, lifecycle.NewCustomers)),
        Shelf("Keeping what we have", (lifecycle.ActiveCustomers, lifecycle.ChurnRate, lifecycle.NRR, lifecycle.ARPA)),
        Shelf("Selling and serving", (sales.WinRate, support.FirstResponseTime, surveys.CSAT, surveys.NPS)),
    ),
)

SALES = Board(
    "sales",
    "Sales",
    "What did we win, and how well do we sell?",
    (
        Shelf("Deals", (sales.WonRevenue, sales.DealsWon, sales.AverageDeal, sales.WinRate)),
        Shelf("Pace and targets", (sales.OpenedDeals, sales.SalesCycleMedian, sales.StageTime, sales.QuotaAttainment)),
        Shelf(
            "Orders",
            (
                sales.Revenue,
                sales.Orders,
                sales.AverageOrder,
                sales.PurchaseFrequency,
                sales.RepeatRate,
                sales.GrossMargin,
            ),
        ),
    ),
)

PIPELINE = Board(
    "pipeline",
    "Pipeline",
    "What is on the way, and does it move?",
    (
        Shelf(
            "On the way", (pipeline.OpenDeals, pipeline.PipelineValue, pipeline.WeightedPipeline, pipeline.PipelineFX)
        ),
        Shelf("What becomes of it", (pipeline.PipelineConversion, pipeline.StageConversion, pipeline.WinRateValue)),
        Shelf("Pace", (pipeline.SalesVelocity, pipeline.StageAge, pipeline.SalesProductivity)),
    ),
)

WEBSITE = Board(
    "website",
    "Website and campaigns",
    "Do visitors do what we hope for?",
    (
        Shelf("Visits", (website.SessionConversion, website.VisitorConversion, website.SessionPurchases)),
        Shelf("Shop", (website.CartAbandonment, website.CartRecovery, website.VisitsToOrders)),
        Shelf("Campaigns", (website.CampaignResponseRate, website.EmailSubscribers, website.EmailChurn)),
    ),
)

MARKETING = Board(
    "marketing",
    "Marketing",
    "Who finds us, and what does that cost?",
    (
        Shelf("Leads", (marketing.Leads, marketing.LeadConversion, marketing.ConversionsInPeriod)),
        Shelf("Response", (marketing.LeadCoverage24h, marketing.LeadResponseTime, marketing.TimeToConversion)),
        Shelf("Cost", (marketing.CAC, value.CACPaid, marketing.AcquisitionCost)),
        Shelf("Customers", (lifecycle.NewCustomers, lifecycle.LTV, lifecycle.LTVToCAC)),
    ),
)

RETENTION = Board(
    "retention",
    "Retention",
    "Do customers stay, and do they grow?",
    (
        Shelf("Recurring revenue", (lifecycle.MRR, lifecycle.ARR, lifecycle.NetNewMRR, lifecycle.ARPA)),
        Shelf(
            "Customers",
            (lifecycle.ActiveCustomers, lifecycle.RetentionRate, lifecycle.ChurnRate, lifecycle.ActiveBuyers),
        ),
        Shelf("Revenue kept", (lifecycle.GRR, lifecycle.NRR, lifecycle.QuickRatio)),
        Shelf("Contracts", (retention.RenewalRate, retention.RenewalRateValue, retention.OfferAcceptance)),
        Shelf("Worth of a customer", (lifecycle.LTV, lifecycle.LTVToCAC)),
    ),
    has_waterfall=True,
)

SUPPORT = Board(
    "support",
    "Support",
    "How fast and how often do we help?",
    (
        Shelf("Tickets", (support.NewTickets, support.TicketsSolved, support.Backlog)),
        Shelf(
            "First reply",
            (support.FirstResponseTime, support.FirstResponseTimeP90, support.FirstResponseTimeMean),
        ),
        Shelf("Resolution", (support.ResolutionTime, support.ResolutionTimeP90, support.ResolutionTimeMean)),
        Shelf("Solved for good", (support.FirstContactResolution, support.ReopenRate, support.SLAAttainment)),
        Shelf("Effort and satisfaction", (support.AHT, surveys.CSAT)),
    ),
)

VOICE = Board(
    "voice-of-customer",
    "Voice of customer",
    "What do customers say of us?",
    (
        Shelf("Satisfaction", (surveys.CSAT, surveys.CSATMean, surveys.SurveyResponseRate)),
        Shelf("Recommendation", (surveys.NPS, surveys.NPS_5, surveys.NPSTransactional)),
        Shelf("What stands behind it", (support.FirstResponseTime, support.ResolutionTime, lifecycle.ChurnRate)),
    ),
)

CARE = Board(
    "care",
    "Care of patients",
    "Do patients get an appointment, come, and take what they need?",
    (
        Shelf("Appointments", (care.ThirdNextAvailable, care.SlotUtilisation, care.NoShowRate)),
        Shelf("Patients", (care.PatientTopbox, care.PDC, care.AdherentShare)),
    ),
)

STEERING = Board(
    "steering",
    "Steering",
    "Do we reach our goals, and can we trust our records?",
    (
        Shelf("Goals", (steering.GoalAttainment, steering.GoalsReached, steering.GoalProbability)),
        Shelf("Records", (steering.DataQuality,)),
    ),
)

BOARDS = {
    board.key: board
    for board in (OVERVIEW, SALES, PIPELINE, MARKETING, WEBSITE, RETENTION, SUPPORT, VOICE, CARE, STEERING)
}


def home_of(kpi: type[KPI]) -> Board | None:
    """The board a KPI belongs to; the overview only borrows."""
    homes = [board for board in BOARDS.values() if kpi in board.kpis]
    return homes[-1] if len(homes) == 1 else next((board for board in homes if board is not OVERVIEW), None)
