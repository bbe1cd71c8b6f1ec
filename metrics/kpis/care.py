"""How patients are looked after: appointments kept, calendars open, medicine taken."""

from datetime import timedelta

from metrics.language import KPI, MONTHS_AND_UP, Example, Good, Grain, Reason, Unit
from metrics.measures.care import CalendarMornings, Slots, TreatmentDays
from metrics.measures.surveys import PatientAnswers

ADHERENT = 0.8
WEEKS_AND_UP = (Grain.WEEK, *MONTHS_AND_UP)


class PatientTopbox(KPI):
    """Of the answers patients gave in the period, the share in the highest scores: 9 and 10 of 10.

    Each survey says where its highest scores begin. A rating to be shown in public wants a hundred answers or more.
    """

    title = "Patient satisfaction"
    formula = PatientAnswers.count("satisfied") / PatientAnswers.count()
    unit, is_share = Unit.PERCENT, True
    example = Example("Of 120 patients 84 answer 9 or 10.", (84, 120), 70)


class SlotUtilisation(KPI):
    """Of the minutes offered in calendars in the period, the share patients came for.

    A slot counts on the day it begins. One that was called off is not on offer; one that nobody booked is.
    """

    formula = Slots.total("attended") / Slots.total()
    unit, grains = Unit.PERCENT, WEEKS_AND_UP
    example = Example("Of 40 hours on offer, patients came for 31.", (timedelta(hours=31), timedelta(hours=40)), 77.5)


class NoShowRate(KPI):
    """Of the slots booked in the period, the share whose patient did not come.

    A slot counts on the day it begins. One that was called off in time is neither booked nor missed.
    """

    title = "No-show rate"
    formula = Slots.count("missed") / Slots.count("booked")
    unit, good, is_share, grains = Unit.PERCENT, Good.DOWN, True, WEEKS_AND_UP
    example = Example("200 slots are booked, and 12 patients do not come.", (12, 200), 6)


class ThirdNextAvailable(KPI):
    """How many days ahead the third open slot lay, on the mean of the mornings and calendars of the period.

    The first open slot may be one that was just called off; the third tells how long patients wait. A calendar with
    fewer than three open slots has none. Mornings are averaged, never added up.
    """

    formula = CalendarMornings.total() / CalendarMornings.count()
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS
    grains = WEEKS_AND_UP
    example = Example("On five mornings it lay 3, 4, 4, 6 and 8 days ahead.", (timedelta(days=25), 5), 5)


class PDC(KPI):
    """Of the days of all treatments in the period, the share on which medicine was at hand.

    Proportion of days covered. What is fetched before the last ran out lasts longer by it; no day counts twice.
    """

    title = "Days covered"
    formula = TreatmentDays.count("covered") / TreatmentDays.count()
    unit, is_share, grains = Unit.PERCENT, True, MONTHS_AND_UP
    example = Example("In a window of 90 days medicine was at hand on 72.", (72, 90), 80)


class AdherentShare(KPI):
    """Of the patients under treatment in the period, the share with medicine at hand on four in five of their days."""

    title = "Adherent patients"
    formula = TreatmentDays.steady("covered", share=ADHERENT) / TreatmentDays.distinct()
    unit, is_share, grains = Unit.PERCENT, True, MONTHS_AND_UP
    example = Example("Of 50 patients 36 had medicine at hand on at least 80 % of their days.", (36, 50), 72)
