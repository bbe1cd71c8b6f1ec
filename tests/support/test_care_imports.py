"""Calls, appointments and treatments from a file are as if people had entered them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from support.models import Appointment, Fill, Interaction, Treatment
from tests.makers import make_customer, make_membership, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


def bring(folder: Path, resource: str, *lines: str) -> None:
    file = folder / f"{resource}.csv"
    file.write_text("\n".join(lines) + "\n")
    call_command("import", resource, str(file), stdout=StringIO(), stderr=StringIO())


def test_a_call_is_credited_to_the_team_of_its_day(tmp_path: Path) -> None:
    ann, north = make_user("ann"), make_team("North")
    make_membership(user=ann, team=north)
    ticket = make_ticket(number="T-1", customer=make_customer("Acme"))
    bring(
        tmp_path,
        "interactions",
        "ended_at,talk_seconds,wrap_seconds,agent,ticket",
        "2025-03-03T09:00:00Z,120,30,ann,T-1",
    )
    call = Interaction.objects.get()
    assert (call.talk_seconds, call.wrap_seconds, call.team, call.ticket) == (120, 30, north, ticket)
    assert call.customer == ticket.customer


def test_an_appointment_says_what_must_have_happened(tmp_path: Path) -> None:
    make_customer("Clara")
    bring(
        tmp_path,
        "appointments",
        "clinic,starts_at,ends_at,status,customer",
        "Altona,2025-03-03T09:00:00Z,2025-03-03T09:30:00Z,attended,Clara",
        "Altona,2025-03-04T09:00:00Z,2025-03-04T09:30:00Z,offered,",
    )
    came, free = Appointment.objects.order_by("starts_at")
    assert came.booked_at == came.starts_at
    assert came.settled_at == came.ends_at
    assert (free.booked_at, free.customer) == (None, None)


@pytest.mark.parametrize(
    "row",
    [
        "Altona,2025-03-03T09:00:00Z,2025-03-03T09:30:00Z,attended,",
        "Altona,2025-03-03T09:00:00Z,2025-03-03T08:30:00Z,offered,",
    ],
)
def test_an_appointment_that_cannot_be_is_refused(row: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        bring(tmp_path, "appointments", "clinic,starts_at,ends_at,status,customer", row)
    assert not Appointment.objects.exists()


def test_treatments_and_what_was_handed_out_for_them(tmp_path: Path) -> None:
    make_customer("Clara")
    bring(tmp_path, "treatments", "external_id,name,starts_on,customer", "t-1,Metformin,2025-01-01,Clara")
    bring(tmp_path, "fills", "treatment,filled_on,days", "t-1,2025-01-01,30", "t-1,2025-02-03,30")
    assert Treatment.objects.get().customer.name == "Clara"
    assert list(Fill.objects.values_list("days", flat=True)) == [30, 30]
