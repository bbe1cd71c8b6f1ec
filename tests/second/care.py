"""Care of patients: slots, and medicine at hand."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from tests.second.book import Counted, mean, over, second, share
from tests.second.records import DAY, Records, Row, Span, walk
from tests.second.shared import is_real, seconds, survivor

ENOUGH = Fraction(4, 5)
A_DAY = 86_400


def offered(records: Records, span: Span) -> list[Row]:
    """Slots on offer, booked or not; one that was called off is none."""
    return [
        slot
        for slot in records.appointments
        if slot.status != "cancelled" and span.holds(slot.starts_at) and is_real(records, slot.customer_id)
    ]


@second("slot_utilisation")
def slot_utilisation(records: Records, span: Span) -> Counted:
    def time_of(slots: list[Row]) -> int:
        return sum(seconds(slot.starts_at, slot.ends_at) for slot in slots)

    slots = offered(records, span)
    return over(time_of([slot for slot in slots if slot.status == "attended"]), time_of(slots))


@second("no_show_rate")
def no_show_rate(records: Records, span: Span) -> Counted:
    booked = [slot for slot in offered(records, span) if slot.status != "offered"]
    return share(booked, lambda slot: slot.status == "no_show")


@second("third_next_available")
def third_next_available(records: Records, span: Span) -> Counted:
    return mean(sample.days * A_DAY for sample in records.access_samples if span.holds(sample.on))


# ── Medicine at hand ────────────────────────────────────────────────────────────────────────────────────────────────


@walk
def days_at_hand(records: Records) -> dict[int, set[date]]:
    """Of each treatment the days with medicine at hand; what was fetched early is used up first."""
    found: dict[int, set[date]] = defaultdict(set)
    for fill in sorted(records.fills, key=lambda fill: (fill.filled_on, fill.id)):
        at_hand = found[fill.treatment_id]
        start = max([fill.filled_on, *(day + DAY for day in at_hand)])
        at_hand.update(start + n * DAY for n in range(fill.days))
    return found


def treated(records: Records, span: Span) -> dict[int | None, tuple[int, int]]:
    """Each patient with how many days of treatment they had, and on how many of them medicine."""
    found: dict[int | None, tuple[int, int]] = {}
    for treatment in records.treatments:
        if not is_real(records, treatment.customer_id):
            continue
        start = max(treatment.starts_on, span.start)
        end = min(treatment.ends_on or span.end, span.end)
        days = {start + n * DAY for n in range((end - start).days)}
        if days:
            patient = survivor(records, treatment.customer_id)
            all_days, covered = found.get(patient, (0, 0))
            at_hand = days_at_hand(records)[treatment.id]
            found[patient] = (all_days + len(days), covered + len(days & at_hand))
    return found


@second("pdc")
def pdc(records: Records, span: Span) -> Counted:
    patients = treated(records, span).values()
    return over(sum(covered for _, covered in patients), sum(days for days, _ in patients))


@second("adherent_share")
def adherent_share(records: Records, span: Span) -> Counted:
    return share(list(treated(records, span).values()), lambda patient: patient[1] >= ENOUGH * patient[0])
