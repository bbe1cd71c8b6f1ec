"""Tickets on the staff pages: the verbs are buttons, and refusals are said where they happen."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from customers.models import User
from support.models import Appointment, Holiday, Interaction, OpeningHours, Schedule, Ticket, Treatment
from support.services import reply_to_ticket, solve_ticket
from tests import makers
from tests.support.makers import day, make_ticket

pytestmark = pytest.mark.django_db
TICKETS = "/staff/support/ticket/"
EVERY_LIST = [
    "ticket",
    "ticketevent",
    "message",
    "interaction",
    "schedule",
    "openinghours",
    "holiday",
    "appointment",
    "treatment",
    "fill",
]


def no_inlines(*prefixes: str) -> dict[str, str]:
    return {f"{prefix}-{name}": "0" for prefix in prefixes for name in ("TOTAL_FORMS", "INITIAL_FORMS")}


def opening(**words: str) -> dict[str, str]:
    made = {"subject": "Help", "priority": "normal", "created_at_0": "2026-03-02", "created_at_1": "09:00"}
    return made | words


def act(client, name: str, *tickets: Ticket, **words: object):
    chosen = {"action": name, ACTION_CHECKBOX_NAME: [ticket.pk for ticket in tickets]}
    return client.post(TICKETS, chosen | words, follow=True)


@pytest.mark.parametrize("name", EVERY_LIST)
def test_every_list_and_new_form_opens(staff, admin: User, name: str) -> None:
    makers.make_message()
    makers.make_ticket_event()
    makers.make_fill()
    makers.make_interaction()
    makers.make_appointment()
    makers.make_holiday()
    makers.make_opening_hours()
    client = staff(admin)
    answer = client.get(f"/staff/support/{name}/?q=a")
    assert answer.status_code == 200
    read_only = name in ("ticketevent", "message")
    assert client.get(f"/staff/support/{name}/add/").status_code == (403 if read_only else 200)
    [row] = client.get(f"/staff/support/{name}/").context["cl"].result_list[:1]
    assert client.get(f"/staff/support/{name}/{row.pk}/change/").status_code == 200


def test_a_ticket_is_opened_by_the_form(staff, agent: User) -> None:
    answer = staff(agent).post(f"{TICKETS}add/", opening(body="It broke.", agent=str(agent.pk)))
    assert answer.status_code == 302, answer.context["errors"]
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.agent, ticket.messages.get().body) == ("open", agent, "It broke.")
    assert [*ticket.events.values_list("kind", flat=True)] == ["created", "assigned"]


def test_a_ticket_from_the_future_is_refused_at_its_field(staff, agent: User) -> None:
    answer = staff(agent).post(f"{TICKETS}add/", opening(created_at_0="2199-01-01", body="Words to keep"))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {"created_at": ["This is in the future."]}
    assert "Words to keep" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_the_page_shows_the_conversation_and_changes_no_dates(staff, agent: User) -> None:
    ticket = solve_ticket(reply_to_ticket(make_ticket(), body="Try this.", by=agent, at=day(3)), at=day(4), by=agent)
    client = staff(agent)
    page = client.get(f"{TICKETS}{ticket.pk}/change/").content.decode()
    assert "Try this." in page
    assert "Agent replied" in page
    assert "Solved in 1 day" in page
    words = opening(subject="Better", status="new", solved_at_0="2026-03-09", record_version=str(ticket.version))
    words |= no_inlines("messages", "events")
    answer = client.post(f"{TICKETS}{ticket.pk}/change/", words)
    assert answer.status_code == 302, answer.context["errors"]
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.status, ticket.solved_at) == ("Better", "solved", day(4))


def test_verbs_are_buttons_of_the_page(staff, agent: User) -> None:
    ticket, client = make_ticket(), staff(agent)
    asked = client.get(f"{TICKETS}{ticket.pk}/reply/")
    assert (asked.status_code, ticket.messages.count()) == (200, 0)
    assert client.post(f"{TICKETS}{ticket.pk}/reply/", {"body": "Hello."}).status_code == 302
    assert client.post(f"{TICKETS}{ticket.pk}/note/", {"body": "Odd one."}).status_code == 302
    assert client.post(f"{TICKETS}{ticket.pk}/assign/", {"agent": agent.pk}).status_code == 302
    assert client.get(f"{TICKETS}{ticket.pk}/solve/").status_code == 200
    assert client.post(f"{TICKETS}{ticket.pk}/solve/").status_code == 302
    again = client.post(f"{TICKETS}{ticket.pk}/solve/")
    assert "This ticket is solved already." in again.content.decode()
    empty = client.post(f"{TICKETS}{ticket.pk}/heard/", {"body": " "})
    assert "This field is required." in empty.content.decode()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.agent, ticket.replied_by, ticket.solved_by) == ("solved", agent, agent, agent)


def test_only_buttons_of_use_are_shown(staff, agent: User) -> None:
    ticket, client = make_ticket(), staff(agent)
    address = f"{TICKETS}{ticket.pk}/"
    fresh = client.get(f"{address}change/").content.decode()
    assert (f"{address}solve/" in fresh, f"{address}reopen/" in fresh) == (True, False)
    solve_ticket(ticket, at=day(3))
    solved = client.get(f"{address}change/").content.decode()
    assert (f"{address}solve/" in solved, f"{address}reopen/" in solved) == (False, True)


def test_a_ticket_is_merged_by_its_number(staff, agent: User) -> None:
    survivor, absorbed = make_ticket(), make_ticket()
    client = staff(agent)
    page = client.post(f"{TICKETS}{absorbed.pk}/merge/", {"number": "999999"}).content.decode()
    assert "There is no such ticket of yours to change." in page
    assert client.post(f"{TICKETS}{absorbed.pk}/merge/", {"number": survivor.pk}).status_code == 302
    absorbed.refresh_from_db()
    assert absorbed.merged_into == survivor


def test_chosen_tickets_are_solved_together_and_refusals_are_said(staff, agent: User) -> None:
    fresh, solved = make_ticket(), solve_ticket(make_ticket(), at=day(3))
    page = act(staff(agent), "solve", fresh, solved).content.decode()
    assert "Done: 1. Not done: 1." in page
    assert Ticket.objects.solved().count() == 2


def test_a_lead_acts_on_the_teams_tickets_only(staff, lead: User, mate: User, colleague: User) -> None:
    theirs, others = make_ticket(agent=mate), make_ticket(agent=colleague)
    client = staff(lead)
    assert client.post(f"{TICKETS}{others.pk}/solve/").status_code == 404
    assert client.get(f"{TICKETS}{others.pk}/change/").status_code == 302
    assert client.post(f"{TICKETS}{theirs.pk}/solve/").status_code == 302
    assert [*Ticket.objects.solved()] == [theirs]


def test_who_has_no_business_here_sees_nothing(staff, owner: User, marketer: User, stranger: User) -> None:
    ticket = make_ticket(agent=owner)
    for user in (owner, marketer):
        assert staff(user).get(TICKETS).status_code == 403
        assert staff(user).post(f"{TICKETS}{ticket.pk}/solve/").status_code == 404
    assert staff(stranger).get(TICKETS).status_code == 302
    assert not Ticket.objects.solved().exists()


def test_the_list_takes_as_many_queries_for_forty_tickets_as_for_four(
    staff, agent: User, django_assert_max_num_queries
) -> None:
    client = staff(agent)
    for _ in range(40):
        make_ticket(agent=agent, customer=makers.make_customer())
    client.get(TICKETS)
    with django_assert_max_num_queries(12):
        client.get(TICKETS)


def test_a_page_takes_as_many_queries_for_twenty_messages_as_for_two(
    staff, agent: User, django_assert_max_num_queries
) -> None:
    ticket, client = make_ticket(agent=agent), staff(agent)
    for _ in range(20):
        reply_to_ticket(ticket, body="Hello.", by=agent, at=day(3))
    client.get(f"{TICKETS}{ticket.pk}/change/")
    with django_assert_max_num_queries(25):
        client.get(f"{TICKETS}{ticket.pk}/change/")


def test_a_schedule_is_kept_with_its_hours_and_holidays(staff, manager: User) -> None:
    words = {"name": "Office", "is_default": "on"} | no_inlines("hours", "holidays")
    words |= {"hours-TOTAL_FORMS": "1", "hours-0-weekday": "1", "hours-0-opens": "09:00", "hours-0-closes": "17:00"}
    words |= {"holidays-TOTAL_FORMS": "1", "holidays-0-on": "2026-12-25", "holidays-0-name": "Christmas"}
    answer = staff(manager).post("/staff/support/schedule/add/", words)
    assert answer.status_code == 302, answer.context["errors"]
    schedule = Schedule.objects.get()
    assert (OpeningHours.objects.get().schedule, Holiday.objects.get().schedule) == (schedule, schedule)


def test_calls_and_appointments_are_made_by_the_verbs(staff, manager: User) -> None:
    client, customer = staff(manager), makers.make_customer()
    call = {"kind": "call", "purpose": "support", "customer": customer.pk, "talk_seconds": "60", "hold_seconds": "0"}
    call |= {"wrap_seconds": "5", "ended_at_0": "2026-03-02", "ended_at_1": "10:00"}
    answer = client.post("/staff/support/interaction/add/", call)
    assert answer.status_code == 302, answer.context["errors"]
    assert Interaction.objects.get().talk_seconds == 60
    slot = {"starts_at_0": "2026-03-10", "starts_at_1": "09:00", "ends_at_0": "2026-03-10", "ends_at_1": "10:00"}
    slot |= {"clinic": "North", "offered_at_0": "2026-03-02", "offered_at_1": "09:00"}
    answer = client.post("/staff/support/appointment/add/", slot)
    assert answer.status_code == 302, answer.context["errors"]
    address = f"/staff/support/appointment/{Appointment.objects.get().pk}/"
    assert client.post(f"{address}book/", {"customer": customer.pk}).status_code == 302
    assert client.post(f"{address}attend/").status_code == 302
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.customer, appointment.settled_by) == ("attended", customer, manager)


def test_a_treatment_is_kept_with_its_fills(staff, manager: User) -> None:
    words = {"customer": makers.make_customer().pk, "name": "Statin", "starts_on": "2026-01-01"}
    words |= no_inlines("fills") | {"fills-TOTAL_FORMS": "1", "fills-0-filled_on": "2026-01-01", "fills-0-days": "30"}
    answer = staff(manager).post("/staff/support/treatment/add/", words)
    assert answer.status_code == 302, answer.context["errors"]
    assert Treatment.objects.get().fills.get().days == 30
