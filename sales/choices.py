"""The words a sales record may hold."""

from django.db.models import TextChoices


class StageKind(TextChoices):
    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class Outcome(TextChoices):
    OPEN = "", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class DealKind(TextChoices):
    NEW = "new", "New business"
    UPSELL = "upsell", "Upsell"
    CROSS_SELL = "cross_sell", "Cross-sell"
    RENEWAL = "renewal", "Renewal"


class LeadStatus(TextChoices):
    """Where a lead stands; read from its dates, never stored."""

    NEW = "new", "New"
    CONTACTED = "contacted", "Contacted"
    QUALIFIED = "qualified", "Qualified"
    DISQUALIFIED = "disqualified", "Disqualified"
    CONVERTED = "converted", "Converted"


class CostCategory(TextChoices):
    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    RETENTION = "retention", "Retention"
    CRM = "crm", "CRM"
    OTHER = "other", "Other"


class OrderStatus(TextChoices):
    PENDING = "pending", "Waiting for payment"
    PAID = "paid", "Paid"
    CANCELLED = "cancelled", "Cancelled before payment"
    VOID = "void", "Void"


class Interval(TextChoices):
    DAY = "day", "Day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    YEAR = "year", "Year"


class SubscriptionEventKind(TextChoices):
    START = "start", "Started"
    CHANGE = "change", "Changed"
    PAUSE = "pause", "Paused"
    RESUME = "resume", "Resumed"
    CANCEL_REQUESTED = "cancel_requested", "Cancellation requested"
    END = "end", "Ended"


class Standing(TextChoices):
    """Where a subscription stands; read from its dates, never stored."""

    TRIAL = "trial", "On trial"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    LEAVING = "leaving", "Cancelled, still running"
    ENDED = "ended", "Ended"


class OfferKind(TextChoices):
    UPSELL = "upsell", "Upsell"
    CROSS_SELL = "cross_sell", "Cross-sell"


class QuotaBasis(TextChoices):
    """What a won deal counts towards a quota."""

    TOTAL = "total", "Total contract value"
    FIRST_YEAR = "first_year", "First-year value"
    MRR = "mrr", "Monthly recurring revenue"
