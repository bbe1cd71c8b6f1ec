"""Calls are logged with their time; appointments go from offer to attendance once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F, Sum

from customers.models import Team, TeamMembership
from support.choices import AppointmentStatus, Purpose
from support.models import Appointment, Interaction, Treatment
from support.services import (
    attend_appointment,
    book_appointment,
    cancel_appointment,
    end_treatment,
    log_interaction,
    miss_appointment,
    offer_appointment,
    record_fill,
    start_treatment,
)
from tests.support.makers import day, make_customer, make_ticket, make_user

pytestmark = pytest.mark.django_db


def make_slot() -> Appointment:
    return offer_appointment(Appointment(starts_at=day(10, 9), ends_at=day(10, 10), clinic="North"), at=day(1))


def test_sixty_calls_take_400_seconds_each() -> None:
    for _ in range(60):
        log_interaction(Interaction(talk_seconds=300, hold_seconds=40, wrap_seconds=60), at=day(2))
    log_interaction(Interaction(was_abandoned=True, hold_seconds=90), at=day(2))
    handled = Interaction.objects.handled()
    total = handled.aggregate(all=Sum(F("talk_seconds") + F("hold_seconds") + F("wrap_seconds")))["all"]
    assert (total, handled.count(), total / handled.count()) == (24_000, 60, 400)


def test_a_call_carries_the_team_of_its_day_and_the_customer_of_its_ticket() -> None:
    agent, team, customer = make_user(), Team.objects.create(name="North"), make_customer()
    TeamMembership.objects.create(user=agent, team=team, joined_on=date(2026, 1, 1), left_on=date(2026, 3, 3))
    ticket = make_ticket(customer=customer)
    call = log_interaction(Interaction(agent=agent, ticket=ticket), at=day(2, 23, 25))  # 00:25 on the 3rd in Berlin
    assert (call.team, call.customer, call.purpose) == (None, customer, Purpose.SUPPORT)
    assert log_interaction(Interaction(agent=agent, deal_id=7), at=day(2, 22)).team == team
    assert Interaction.objects.get(deal_id=7).purpose == Purpose.SALES


def test_an_appointment_is_booked_once_and_attended_once() -> None:
    clerk, customer = make_user(), make_customer()
    slot = book_appointment(make_slot(), customer=customer, at=day(3), by=clerk)
    assert (slot.status, slot.customer, slot.booked_at, slot.booked_by) == ("booked", customer, day(3), clerk)
    with pytest.raises(ValidationError):
        book_appointment(slot, customer=make_customer("Bob"), at=day(4))
    slot = attend_appointment(slot, at=day(10, 10), by=clerk)
    assert (slot.status, slot.settled_at, slot.settled_by) == ("attended", day(10, 10), clerk)
    for verb in (attend_appointment, miss_appointment, cancel_appointment):
        with pytest.raises(ValidationError):
            verb(slot, at=day(11))


def test_an_open_slot_can_be_called_off_but_not_missed() -> None:
    with pytest.raises(ValidationError):
        miss_appointment(make_slot(), at=day(11))
    assert cancel_appointment(make_slot(), at=day(4)).status == AppointmentStatus.CANCELLED
    missed = miss_appointment(book_appointment(make_slot(), customer=make_customer(), at=day(3)), at=day(11))
    assert missed.status == AppointmentStatus.NO_SHOW


def test_a_treatment_is_filled_and_ended() -> None:
    treatment = start_treatment(Treatment(customer=make_customer(), name="Statin", starts_on=date(2026, 1, 1)))
    fill = record_fill(treatment, days=30, on=date(2026, 1, 1))
    assert fill.filled_on + timedelta(days=fill.days) == date(2026, 1, 31)
    with pytest.raises(ValidationError):
        record_fill(treatment, days=0, on=date(2026, 2, 1))
    assert end_treatment(treatment, on=date(2026, 4, 1)).ends_on == date(2026, 4, 1)
    with pytest.raises(ValidationError):
        end_treatment(treatment, on=date(2025, 4, 1))
