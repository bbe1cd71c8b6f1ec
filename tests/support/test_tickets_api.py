"""Tickets over the API: the verbs keep the dates, and nobody writes them past the verbs."""

import pytest
from django.utils import timezone

from customers.models import User
from support.models import Appointment, Holiday, Interaction, Message, Ticket
from tests import makers
from tests.support.makers import day, make_ticket

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"


def path(ticket: Ticket, verb: str = "") -> str:
    return f"{TICKETS}{ticket.pk}/{verb}{'/' if verb else ''}"


def fields(answer) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


def test_a_ticket_is_opened_with_the_customers_words(api, agent: User) -> None:
    customer = makers.make_customer()
    answer = api(agent).post(
        TICKETS, {"subject": "Help", "customer": customer.pk, "body": "It broke.", "agent": agent.pk}
    )
    assert answer.status_code == 201, answer.content
    ticket = Ticket.objects.get()
    assert (answer.json()["status"], ticket.customer, ticket.agent) == ("open", customer, agent)
    assert Message.objects.get().body == "It broke."
    assert [*ticket.events.values_list("kind", "actor")] == [("created", agent.pk), ("assigned", agent.pk)]


def test_a_whole_life_over_the_api(api, agent: User) -> None:
    ticket, client = make_ticket(at=day(2)), api(agent)
    steps = [
        ("assign", {"agent": agent.pk, "at": "2026-03-02T01:00:00Z"}),
        ("reply", {"body": "Looking.", "at": "2026-03-03T00:00:00Z"}),
        ("reply", {"body": "Hm.", "public": False, "at": "2026-03-03T01:00:00Z"}),
        ("wait", {"at": "2026-03-04T00:00:00Z"}),
        ("customer-reply", {"body": "Here.", "at": "2026-03-06T00:00:00Z"}),
        ("escalate", {"at": "2026-03-06T01:00:00Z"}),
        ("solve", {"at": "2026-03-07T00:00:00Z"}),
        ("close", {"at": "2026-03-08T00:00:00Z"}),
    ]
    for verb, words in steps:
        answer = client.post(path(ticket, verb), words)
        assert answer.status_code == 200, (verb, answer.content)
    kept = answer.json()
    assert (kept["status"], kept["agent"], kept["solved_by"]) == ("closed", agent.pk, agent.pk)
    assert kept["waited_on_customer"] == "2 00:00:00"
    ticket.refresh_from_db()
    assert (ticket.replied_at, ticket.solved_at, ticket.closed_at) == (day(3), day(7), day(8))
    answer = client.post(path(ticket, "reopen"), {"at": "2026-03-09T00:00:00Z"})
    assert (answer.json()["status"], answer.json()["solved_at"], answer.json()["reopened_count"]) == ("open", None, 1)


def test_solving_twice_is_refused_by_name(api, agent: User) -> None:
    ticket = make_ticket()
    assert api(agent).post(path(ticket, "solve")).status_code == 200
    answer = api(agent).post(path(ticket, "solve"))
    assert (answer.status_code, fields(answer), answer.json()["code"]) == (400, ["status"], "already-solved")


@pytest.mark.parametrize("at", ["2999-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "yesterday", "0001-01-01T00:00:00Z"])
def test_a_moment_that_cannot_be_is_refused_by_name(api, agent: User, at: str) -> None:
    answer = api(agent).post(path(make_ticket(), "solve"), {"at": at})
    assert (answer.status_code, fields(answer)) == (400, ["at"])


@pytest.mark.parametrize(
    "field",
    {
        "status": "solved",
        "solved_at": "2026-03-05T00:00:00Z",
        "replied_at": "2026-03-05T00:00:00Z",
        "is_spam": True,
        "created_at": "2026-03-01T00:00:00Z",
        "reopened_count": 4,
        "agent": 1,
    }.items(),
)
def test_what_the_verbs_keep_is_not_written_past_them(api, manager: User, field: tuple[str, object]) -> None:
    answer = api(manager).patch(path(make_ticket()), dict([field]))
    assert (answer.status_code, fields(answer)) == (400, [field[0]])


def test_what_a_ticket_is_about_may_be_changed(api, agent: User) -> None:
    ticket = make_ticket()
    answer = api(agent).patch(path(ticket), {"subject": "Better", "priority": "urgent", "channel": "phone"})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["subject"], answer.json()["status"]) == ("Better", "new")


def test_two_tickets_are_merged_and_the_absorbed_one_rests(api, agent: User) -> None:
    survivor, absorbed = make_ticket(), make_ticket()
    answer = api(agent).post(path(survivor, "merge"), {"absorbed": absorbed.pk})
    assert (answer.status_code, answer.json()["id"]) == (200, survivor.pk)
    assert fields(api(agent).post(path(absorbed, "solve"))) == ["ticket"]
    assert fields(api(agent).post(path(survivor, "merge"), {"absorbed": survivor.pk})) == ["absorbed"]


def test_spam_and_back(api, agent: User) -> None:
    ticket = make_ticket()
    assert api(agent).post(path(ticket, "spam")).json()["is_spam"] is True
    assert api(agent).post(path(ticket, "not-spam")).json()["is_spam"] is False


def test_roles_reach_as_far_as_the_table_says(api, cast) -> None:
    theirs = make_ticket(agent=cast.mate)
    others = make_ticket(agent=cast.colleague)
    sees = {
        name: sorted(row["id"] for row in api(getattr(cast, name)).get(TICKETS).json().get("results", []))
        for name in ("owner", "lead", "agent", "manager", "marketer", "stranger")
    }
    assert sees == {
        "owner": [],
        "lead": [theirs.pk],
        "agent": [theirs.pk, others.pk],
        "manager": [theirs.pk, others.pk],
        "marketer": [],
        "stranger": [],
    }
    assert api(cast.lead).post(path(others, "solve")).status_code == 404
    assert api(cast.lead).post(path(theirs, "solve")).status_code == 200
    assert api(cast.owner).post(TICKETS, {"subject": "Mine"}).status_code == 403
    assert api(cast.lead).post(path(theirs, "merge"), {"absorbed": others.pk}).status_code == 400


def test_events_and_messages_are_read_and_never_written(api, admin: User) -> None:
    makers.make_ticket_event()
    makers.make_message()
    for address in ("/api/v1/ticket-events/", "/api/v1/messages/"):
        [row] = api(admin).get(address).json()["results"]
        assert api(admin).post(address, {}).status_code == 405
        assert api(admin).delete(f"{address}{row['id']}/").status_code == 405


def test_the_list_is_filtered_and_searched(api, agent: User) -> None:
    broken = make_ticket(priority="urgent")
    Ticket.objects.filter(pk=broken.pk).update(subject="Printer on fire")
    make_ticket()
    for question in ("priority=urgent", "search=printer fire", "priority__in=urgent,high", f"id={broken.pk}"):
        assert [row["id"] for row in api(agent).get(f"{TICKETS}?{question}").json()["results"]] == [broken.pk]
    assert api(agent).get(f"{TICKETS}?solved_at__isnull=true&ordering=-created_at").status_code == 200


def test_the_list_takes_as_many_queries_for_thirty_tickets_as_for_three(
    api, agent: User, django_assert_max_num_queries
) -> None:
    for _ in range(30):
        make_ticket(agent=agent, customer=makers.make_customer())
    client = api(agent)
    client.get(TICKETS)
    with django_assert_max_num_queries(7):
        assert len(client.get(TICKETS).json()["results"]) == 30


def test_a_call_is_logged(api, agent: User) -> None:
    ticket = make_ticket(customer=makers.make_customer())
    words = {"ticket": ticket.pk, "agent": agent.pk, "talk_seconds": 300, "hold_seconds": 40, "wrap_seconds": 60}
    answer = api(agent).post("/api/v1/interactions/", words)
    assert answer.status_code == 201, answer.content
    call = Interaction.objects.get()
    assert (call.customer, call.purpose, call.ended_at <= timezone.now()) == (ticket.customer, "support", True)
    answer = api(agent).post("/api/v1/interactions/", {"talk_seconds": 604801})
    assert (answer.status_code, fields(answer)) == (400, ["talk_seconds"])


def test_an_appointment_is_offered_booked_and_attended(api, manager: User) -> None:
    client, customer = api(manager), makers.make_customer()
    slot = {"starts_at": "2026-03-10T09:00:00Z", "ends_at": "2026-03-10T10:00:00Z", "clinic": "North"}
    answer = client.post("/api/v1/appointments/", slot)
    assert answer.status_code == 201, answer.content
    address = f"/api/v1/appointments/{answer.json()['id']}/"
    assert fields(client.post(f"{address}attend/")) == ["status"]
    assert client.post(f"{address}book/", {"customer": customer.pk}).json()["status"] == "booked"
    assert fields(client.patch(address, {"status": "attended"})) == ["status"]
    assert client.post(f"{address}no-show/").json()["status"] == "no_show"
    assert Appointment.objects.get().settled_by == manager


def test_a_schedule_is_written_by_managers_and_read_by_all(api, manager: User, agent: User) -> None:
    schedule = api(manager).post("/api/v1/schedules/", {"name": "Office"}).json()["id"]
    hours = {"schedule": schedule, "weekday": 1, "opens": "09:00", "closes": "17:00"}
    assert api(manager).post("/api/v1/opening-hours/", hours).status_code == 201
    answer = api(manager).post("/api/v1/opening-hours/", {**hours, "closes": "08:00"})
    assert (answer.status_code, fields(answer)) == (400, ["closes"])
    assert api(manager).post("/api/v1/holidays/", {"schedule": schedule, "on": "2026-12-25"}).status_code == 201
    assert api(agent).get("/api/v1/holidays/").json()["results"][0]["on"] == "2026-12-25"
    assert api(agent).post("/api/v1/holidays/", {"schedule": schedule, "on": "2026-12-26"}).status_code == 403
    assert Holiday.objects.count() == 1


def test_treatments_and_fills_are_kept(api, manager: User) -> None:
    treatment = api(manager).post(
        "/api/v1/treatments/", {"customer": makers.make_customer().pk, "name": "Statin", "starts_on": "2026-01-01"}
    )
    assert treatment.status_code == 201, treatment.content
    fill = {"treatment": treatment.json()["id"], "days": 30, "filled_on": "2026-01-01"}
    assert api(manager).post("/api/v1/fills/", fill).status_code == 201
    assert fields(api(manager).post("/api/v1/fills/", {**fill, "days": 0})) == ["days"]
