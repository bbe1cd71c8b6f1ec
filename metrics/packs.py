"""Which boards a company starts with, by its trade. The others are never further than "All numbers"."""

from dataclasses import dataclass

from metrics.boards import (
    CARE,
    MARKETING,
    OVERVIEW,
    PIPELINE,
    RETENTION,
    SALES,
    STEERING,
    SUPPORT,
    VOICE,
    WEBSITE,
    Board,
    Shelf,
)
from metrics.kpis import care, lifecycle, marketing, pipeline, retention, sales, support, surveys, value, website


@dataclass(frozen=True)
class Pack:
    """The boards of one trade in reading order; the first is its overview."""

    key: str
    title: str
    meant_for: str
    boards: tuple[Board, ...]

    @property
    def overview(self) -> Board:
        return self.boards[0]


def overview(*shelves: Shelf) -> Board:
    return Board(OVERVIEW.key, OVERVIEW.title, OVERVIEW.question, shelves)


GENERAL = Pack(
    "general",
    "General",
    "Companies that sell by deals, orders or subscriptions and help their customers: a little of everything.",
    (OVERVIEW, SALES, PIPELINE, MARKETING, WEBSITE, RETENTION, SUPPORT, VOICE, STEERING),
)

SAAS = Pack(
    "saas",
    "Software as a service",
    "Subscriptions: who stays, what they bring in a month, and what a customer is worth.",
    (
        overview(
            Shelf("Recurring revenue", (lifecycle.MRR, lifecycle.NetNewMRR, lifecycle.QuickRatio, lifecycle.ARPA)),
            Shelf("Keeping customers", (lifecycle.ChurnRate, lifecycle.NRR, lifecycle.GRR, retention.RenewalRate)),
            Shelf("Worth winning", (lifecycle.LTV, lifecycle.LTVToCAC, value.CACPayback, marketing.LeadConversion)),
        ),
        RETENTION,
        PIPELINE,
        SALES,
        MARKETING,
        SUPPORT,
        VOICE,
    ),
)

COMMERCE = Pack(
    "e-commerce",
    "E-commerce",
    "Shops: who visits and buys, what an order is worth, and which carts are left behind.",
    (
        overview(
            Shelf("Shop", (sales.Revenue, sales.Orders, sales.AverageOrder, sales.GrossMargin)),
            Shelf(
                "From visit to order",
                (website.VisitorConversion, website.CartAbandonment, website.CartRecovery, marketing.CAC),
            ),
            Shelf(
                "Buyers", (lifecycle.ActiveBuyers, sales.RepeatRate, sales.PurchaseFrequency, lifecycle.NewCustomers)
            ),
        ),
        WEBSITE,
        SALES,
        MARKETING,
        SUPPORT,
        VOICE,
    ),
)

FINANCE = Pack(
    "financial-services",
    "Financial services",
    "Banks, insurers and advisers: long relations, what customers say of them, and what else they take.",
    (
        overview(
            Shelf(
                "Lasting relations",
                (
                    lifecycle.RetentionRate,
                    lifecycle.ActiveCustomers,
                    retention.RenewalRate,
                    lifecycle.NewCustomers,
                ),
            ),
            Shelf(
                "What customers say",
                (surveys.NPS, surveys.CSAT, support.FirstResponseTime, support.FirstContactResolution),
            ),
            Shelf(
                "Growing with them",
                (retention.CrossSellRate, retention.UpsellRate, retention.OfferAcceptance, lifecycle.ARPA),
            ),
        ),
        RETENTION,
        VOICE,
        SUPPORT,
        SALES,
        PIPELINE,
        STEERING,
    ),
)

HEALTHCARE = Pack(
    "healthcare",
    "Healthcare",
    "Practices and clinics: whether patients get an appointment, come, stay with their treatment, and are content.",
    (
        overview(
            Shelf("Appointments", (care.ThirdNextAvailable, care.SlotUtilisation, care.NoShowRate)),
            Shelf("Patients", (care.PatientTopbox, care.PDC, care.AdherentShare)),
            Shelf("Serving", (support.FirstResponseTime, support.Backlog, surveys.CSAT)),
        ),
        CARE,
        VOICE,
        SUPPORT,
        MARKETING,
        STEERING,
    ),
)

SMALL = Pack(
    "small-business",
    "Small business",
    "A handful of people who do everything: money, customers and open work on one page.",
    (
        overview(
            Shelf("Money", (sales.Revenue, sales.WonRevenue, pipeline.PipelineValue, sales.WinRate)),
            Shelf("Customers", (lifecycle.NewCustomers, marketing.CAC, lifecycle.LTV, lifecycle.ChurnRate)),
            Shelf("Work", (marketing.Leads, support.Backlog, support.FirstResponseTime, surveys.CSAT)),
        ),
        SALES,
        MARKETING,
        SUPPORT,
    ),
)

PACKS = {pack.key: pack for pack in (GENERAL, SAAS, COMMERCE, FINANCE, HEALTHCARE, SMALL)}
