"""How a number reads: the one place that turns values into what a person would write."""

from decimal import Decimal
from fractions import Fraction

from django.conf import settings

from metrics.evaluate import Value
from metrics.language import KPI, Arithmetic, Cohort, Constant, Count, Distinct, Leaf, Node, Reason, Unit
from metrics.listed import Listed
from metrics.reading import COUNTED

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "JPY": "¥"}

REASONS = {
    Reason.NO_DENOMINATOR: "nothing to divide by",
    Reason.NO_EVENTS: "nothing happened",
    Reason.NO_LOSSES: "no losses to divide by",
    Reason.NOT_CONFIGURED: "not set up",
    Reason.TOO_FEW: "too few to tell",
}


def written(kpi: type[KPI], value: Value) -> str:
    """As on a card: 63.2 %, €1.23 M, 4 h 12 min, +11.8, or a dash for no value."""
    return in_unit(value.value, kpi.unit) if value.value is not None else "–"


def in_unit(amount: Fraction | float, unit: Unit) -> str:
    return _in_unit(float(amount), unit).replace("-", "−")


def _in_unit(number: float, unit: Unit) -> str:
    match unit:
        case Unit.COUNT:
            return f"{number:,.0f}"
        case Unit.MONEY:
            return money(number)
        case Unit.PERCENT:
            return f"{number * 100:,.1f} %"
        case Unit.POINTS:
            return f"{number:+,.1f}"
        case Unit.TIMES:
            return f"{number:,.1f} ×"
        case Unit.SECONDS:
            return duration(number)
        case Unit.DAYS:
            return f"{number:,.1f} days"
        case Unit.MONTHS:
            return f"{number:,.1f} months"
    return f"{number:,.2f}"


def money(number: float, currency: str | None = None) -> str:
    code = currency or settings.REPORTING_CURRENCY
    symbol = SYMBOLS.get(code, code)
    gap = " " if len(symbol) > 1 else ""
    size = round(abs(number), 2)
    sign = "−" if number < 0 and size else ""
    for limit, word in ((1e9, "bn"), (1e6, "M")):
        if size >= limit:
            return f"{sign}{symbol}{gap}{size / limit:,.2f} {word}"
    return f"{sign}{symbol}{gap}{size:,.0f}" if size >= 1_000 else f"{sign}{symbol}{gap}{size:,.2f}"


def duration(seconds: float) -> str:
    """3 d 4 h, 4 h 12 min, 12 min, 40 s; −12 min."""
    if round(seconds) < 0:
        return f"−{duration(-seconds)}"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def change_in_words(kpi: type[KPI], moved: Fraction | None, now: Value, earlier: Value) -> str:
    """Against an earlier value: +3.2 points, −12 %, new, or nothing to compare."""
    if moved is None:
        return "new" if now.value and not earlier.value and earlier.reason is None else "nothing to compare with"
    if not moved:
        return "unchanged"
    if kpi.unit is Unit.PERCENT:
        return f"{float(moved) * 100:+,.1f} points".replace("-", "−")
    if kpi.unit is Unit.POINTS:
        return f"{float(moved):+,.1f} points".replace("-", "−")
    return f"{float(moved) * 100:+,.1f} %".replace("-", "−")


def difference(kpi: type[KPI], moved: Decimal | Fraction) -> str:
    """What a value grew or fell by, with its sign: +€50.00, −0.5 points, +4 h 12 min."""
    if kpi.unit is Unit.PERCENT:
        return f"{float(moved) * 100:+,.1f} points".replace("-", "−")
    if kpi.unit is Unit.POINTS:
        return f"{float(moved):+,.1f} points".replace("-", "−")
    return signed(in_unit(float(moved), kpi.unit) if moved >= 0 else f"−{in_unit(-float(moved), kpi.unit)}")


def signed(amount: str) -> str:
    """With a plus, where there is no minus."""
    return amount if amount.startswith("−") else f"+{amount}"


def reason_in_words(value: Value) -> str:
    return REASONS[value.reason] if value.reason else ""


def term(kpi: type[KPI], leaf: Leaf, amount: Fraction | None) -> str:
    """A term of a formula, or what one row adds to it, in full: 4,238, €1,234,567.89, 4 h 12 min."""
    if amount is None:
        return "–"
    is_number = isinstance(leaf, Listed) and leaf.counts
    if is_number or isinstance(leaf, Count | Distinct) or (isinstance(leaf, Cohort) and leaf.figure in COUNTED):
        return f"{int(amount):,}".replace("-", "−")
    if leaf.measures[0].currency:
        return money_in_full(amount)
    if kpi.unit in (Unit.SECONDS, Unit.DAYS):
        return duration(float(amount))
    whole = amount.denominator == 1
    return (f"{int(amount):,}" if whole else f"{float(amount):,.2f}").replace("-", "−")


def money_in_full(amount: Fraction, currency: str | None = None) -> str:
    """To the cent, as on an invoice: €1,234,567.89."""
    code = currency or settings.REPORTING_CURRENCY
    symbol = SYMBOLS.get(code, code)
    cents = round(abs(amount) * 100)
    sign = "−" if amount < 0 and cents else ""
    return f"{sign}{symbol}{' ' if len(symbol) > 1 else ''}{cents // 100:,}.{cents % 100:02d}"


def sides(kpi: type[KPI], value: Value) -> str:
    """What a plain quotient was divided from: 4,238 of 6,711, or €91,020.00 ÷ 12."""
    formula = kpi.formula
    if not (isinstance(formula, Arithmetic) and formula.sign == "÷"):
        return ""
    if not (_is_sum(formula.left) and _is_sum(formula.right)):
        return ""
    above = term(kpi, next(formula.left.leaves()), value.numerator)
    below = term(kpi, next(formula.right.leaves()), value.denominator)
    return f"{above} of {below}" if kpi.unit is Unit.PERCENT else f"{above} ÷ {below}"


def _is_sum(node: Node) -> bool:
    if isinstance(node, Arithmetic):
        return node.sign in "+−" and _is_sum(node.left) and _is_sum(node.right)
    return isinstance(node, Leaf | Constant)
