"""Appointments, calendars and treatments as facts."""

from metrics import dimensions as cut
from metrics.language import Elapsed, Measure
from support.models import AccessSample, Appointment, Treatment, TreatmentDay
from support.querysets import ATTENDED, BOOKED, COVERED, MISSED


class Slots(Measure):
    """The length of each slot offered and not called off, dated the local day it begins."""

    rows = Appointment.objects.held_open
    clock = "starts_at"
    value = Elapsed("starts_at", "ends_at")
    subject = "customer"
    marks = {"booked": BOOKED, "attended": ATTENDED, "missed": MISSED}
    by = (cut.CLINIC.at("clinic"), cut.PROVIDER.at("provider"), *cut.CUSTOMER)
    leaves_out = "Slots that were called off."


class CalendarMornings(Measure):
    """How far ahead the third open slot of each calendar lay, noted every morning."""

    rows = AccessSample.objects.with_wait
    clock = "noted_on"
    value = "wait"
    by = (cut.CLINIC.at("clinic"), cut.PROVIDER.at("provider"))
    leaves_out = "Mornings on which a calendar had fewer than three open slots."


class TreatmentDays(Measure):
    """The past days of each treatment, and whether medicine was at hand; what was fetched early is used up first."""

    rows = TreatmentDay.objects.all
    model = Treatment
    record, part = "treatment", "part"
    clock = "counted_on"
    subject = "treatment__customer"
    marks = {"covered": COVERED}
    by = (cut.CLINIC.at("treatment__clinic"), cut.PROVIDER.at("treatment__provider"), *cut.CUSTOMER)
    lasts_to = "ends_on"
    leaves_out = "Days still to come, and days outside the treatment."
