"""What people told by hand, what they aimed at, and how good the records are."""

from fractions import Fraction

from tests.second.book import Counted, mean, over, second, share
from tests.second.records import Records, Row, Span

MILLION = 1_000_000
WHOLE = {"percent": Fraction(1, 100), "days": Fraction(86_400)}  # one of a unit, in what numbers are kept in


@second("data_quality")
def data_quality(records: Records, span: Span) -> Counted:
    checks = [check for check in records.quality_checks if span.holds(check.on)]
    return over(
        sum(check.passed * check.weight for check in checks), sum(check.checked * check.weight for check in checks)
    )


@second("manual_measure")
def manual_measure(records: Records, span: Span) -> Counted:
    return mean(told(records, row) for row in records.manual_values if span.holds(row.ends_on))


def told(records: Records, row: Row) -> Fraction:
    unit = records.by_id("manual_measures")[row.measure_id].unit
    return Fraction(row.value) * WHOLE.get(unit, 1)


# ── Goals ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def attained(records: Records, span: Span) -> list[Fraction]:
    """How far the goals due in these days came, by the last reading of each."""
    found = []
    for goal in records.goals:
        readings = records.of("goal_readings", "goal_id").get(goal.id, [])
        last = max(readings, key=lambda reading: reading.on, default=None)
        if span.holds(goal.ends_on) and last and last.on >= goal.ends_on and last.attained is not None:
            found.append(Fraction(last.attained, MILLION))
    return found


@second("goal_attainment")
def goal_attainment(records: Records, span: Span) -> Counted:
    return mean(attained(records, span))


@second("goals_reached")
def goals_reached(records: Records, span: Span) -> Counted:
    return share(attained(records, span), lambda way: way >= 1)


@second("goal_probability")
def goal_probability(records: Records, span: Span) -> Counted:
    """Noted after every settled day of a goal that still runs."""
    goals = records.by_id("goals")
    return mean(
        Fraction(reading.chance, MILLION)
        for reading in records.goal_readings
        if reading.chance is not None and span.holds(reading.on) and reading.on < goals[reading.goal_id].ends_on
    )
