"""Appointments from offer to attendance, treatments and what was handed out for them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from customers.models import Customer, User
from support.choices import AppointmentStatus
from support.models import AccessSample, Appointment, Fill, Treatment
from support.services.change import moment, refuse

OFFERED, BOOKED = AppointmentStatus.OFFERED, AppointmentStatus.BOOKED


@transaction.atomic
def offer_appointment(appointment: Appointment, *, at: datetime | None = None) -> Appointment:
    """Open a slot that can be booked."""
    appointment.offered_at = moment(at or appointment.offered_at)
    appointment.status, appointment.customer = OFFERED, None
    appointment.full_clean()
    appointment.save()
    return appointment


@transaction.atomic
def book_appointment(
    appointment: Appointment, *, customer: Customer, at: datetime | None = None, by: User | None = None
) -> Appointment:
    """Give an open slot to a customer."""
    appointment = _take(appointment, [OFFERED], "Only an open slot can be booked.")
    appointment.status, appointment.customer = BOOKED, customer
    appointment.booked_at, appointment.booked_by = moment(at), by
    appointment.save()
    return appointment


@transaction.atomic
def attend_appointment(appointment: Appointment, *, at: datetime | None = None, by: User | None = None) -> Appointment:
    """Say that the customer came."""
    appointment = _take(appointment, [BOOKED], "Only a booked appointment can be attended.")
    return _settle(appointment, AppointmentStatus.ATTENDED, at=at, by=by)


@transaction.atomic
def miss_appointment(appointment: Appointment, *, at: datetime | None = None, by: User | None = None) -> Appointment:
    """Say that the customer did not come."""
    appointment = _take(appointment, [BOOKED], "Only a booked appointment can be missed.")
    return _settle(appointment, AppointmentStatus.NO_SHOW, at=at, by=by)


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, at: datetime | None = None, by: User | None = None) -> Appointment:
    """Call off a slot, booked or not; for a new customer offer a new one."""
    appointment = _take(appointment, [OFFERED, BOOKED], "This appointment is over or cancelled already.")
    return _settle(appointment, AppointmentStatus.CANCELLED, at=at, by=by)


@transaction.atomic
def start_treatment(treatment: Treatment) -> Treatment:
    """Put a customer on a medicine from a day on."""
    treatment.full_clean()
    treatment.save()
    return treatment


@transaction.atomic
def end_treatment(treatment: Treatment, *, on: date | None = None) -> Treatment:
    """Stop a treatment; `on` is the first day no longer covered."""
    treatment = Treatment.objects.select_for_update().get(pk=treatment.pk)
    treatment.ends_on = on or timezone.localdate()
    treatment.full_clean()
    treatment.save()
    return treatment


@transaction.atomic
def record_fill(treatment: Treatment, *, days: int, on: date | None = None) -> Fill:
    """Record medicine handed out, and for how many days it lasts."""
    fill = Fill(treatment=treatment, days=days, filled_on=on or timezone.localdate())
    fill.full_clean()
    fill.save()
    return fill


@transaction.atomic
def sample_access(*, on: date | None = None) -> int:
    """Note for every calendar how far ahead its third open slot lay that morning; how many calendars had one.

    A morning is sampled once: what changed in the calendar later does not change what patients found then.
    """
    on = on or timezone.localdate()
    morning = datetime.combine(on, time.min, timezone.get_default_timezone())
    ahead: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for clinic, provider, starts_at in (
        Appointment.objects.open_at(morning).order_by("starts_at", "pk").values_list("clinic", "provider", "starts_at")
    ):
        ahead[clinic, provider].append(starts_at)
    samples = [
        AccessSample(on=on, clinic=clinic, provider=provider, days=(timezone.localdate(slots[2]) - on).days)
        for (clinic, provider), slots in ahead.items()
        if len(slots) > 2
    ]
    AccessSample.objects.bulk_create(samples, ignore_conflicts=True)
    return len(samples)


def sample_missed_mornings() -> int:
    """Sample every morning since the last one sampled, or since the first slot was offered."""
    today, last = timezone.localdate(), AccessSample.objects.order_by("-on").first()
    first = Appointment.objects.order_by("offered_at").first()
    if first is None:
        return 0
    start = (last.on if last else timezone.localdate(first.offered_at)) + timedelta(days=1)
    return sum(sample_access(on=start + timedelta(days=n)) for n in range((today - start).days + 1))


def _take(appointment: Appointment, allowed: Iterable[str], message: str) -> Appointment:
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if appointment.status not in allowed:
        raise refuse("status", message, "wrong-status")
    return appointment


def _settle(appointment: Appointment, status: str, *, at: datetime | None, by: User | None) -> Appointment:
    appointment.status = status
    appointment.settled_at, appointment.settled_by = moment(at), by
    appointment.save()
    return appointment
