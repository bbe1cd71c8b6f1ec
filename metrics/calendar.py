"""Today's place in the business calendar: what is settled, what is due, how a person's words name a stretch of it."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from metrics.models import Night
from metrics.periods import Grain, Period, add_months, containing, floor, following


def settled_until() -> date:
    """The first local day no night has settled yet; everything before it is in the ledger."""
    last = Night.objects.order_by("-day").values_list("day", flat=True).first()
    return last + timedelta(days=1) if last else timezone.localdate()


def fiscal_start() -> int:
    return settings.FISCAL_YEAR_START


TODAY = "today"
PRESETS = {
    TODAY: "Today so far",
    "this_month": "This month",
    "last_month": "Last month",
    "this_quarter": "This quarter",
    "last_quarter": "Last quarter",
    "this_year": "This year",
    "last_year": "Last year",
    "this_fiscal_year": "This fiscal year",
    "last_30": "Last 30 days",
    "last_90": "Last 90 days",
    "last_365": "Last 365 days",
    "last_13_months": "Last 13 months",
}


def preset(name: str, *, until: date) -> Period:
    """A named stretch, as seen from the day `until`, up to which everything is settled. Raises `KeyError`."""
    last = until - timedelta(days=1)
    if name == TODAY:
        return Period(timezone.localdate(), timezone.localdate() + timedelta(days=1))
    if name.startswith("last_") and name.removeprefix("last_").isdigit():
        return Period(until - timedelta(days=int(name.removeprefix("last_"))), until)
    if name == "last_13_months":
        return Period(add_months(floor(last, Grain.MONTH), -12), following(floor(last, Grain.MONTH), Grain.MONTH))
    which, _, grain = name.partition("_")
    if name not in PRESETS:
        raise KeyError(name)
    around = containing(last, Grain(grain), fiscal_start=fiscal_start())
    if which == "this":
        return around
    return containing(around.start - timedelta(days=1), Grain(grain), fiscal_start=fiscal_start())


def before(name: str, so_far: Period) -> Period:
    """What the days of a preset so far are held against: equally many days, of the month, quarter or year before.

    Where the earlier one is too short for that (29 days of March have no like in February), the days just before.
    """
    if not name.startswith("this_"):
        return so_far.earlier()
    grain = Grain(name.removeprefix("this_"))
    earlier = containing(so_far.start - timedelta(days=1), grain, fiscal_start=fiscal_start())
    alike_end = earlier.start + timedelta(days=so_far.days)
    return Period(earlier.start, alike_end) if alike_end <= earlier.end else so_far.earlier()
