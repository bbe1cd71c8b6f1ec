"""A row imported is the record its verb would have written, with the same history around it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from customers.models import Customer, LifecycleEvent, Team, TeamMembership, User
from sales.models import (
    Deal,
    Lead,
    Order,
    OrderLine,
    Pipeline,
    Plan,
    Product,
    Stage,
    StageChange,
    Subscription,
    SubscriptionEvent,
)
from sales.services.deals import close, move_deal, open_deal, win_deal
from sales.services.leads import convert_lead, take_lead
from sales.services.orders import place_order
from sales.services.subscriptions import end_subscription, request_cancel, start_subscription
from support.models import Ticket, TicketEvent
from support.services import close_ticket, open_ticket, reply_to_ticket, solve_ticket
from surveys.models import Answer, Survey
from surveys.services import record_answer
from tests.imports.bringing import bring

pytestmark = pytest.mark.django_db

NEVER_EQUAL = {"id", "added_at", "changed_at", "version", "external_id", "source", "name", "number", "subject"}
IDS = {"deal_id", "subscription_id", "order_id", "ticket_id", "customer_id", "lead_id"}


def moment(month: int, day: int) -> datetime:
    return datetime(2025, month, day, 12, tzinfo=UTC)


def told(rows: Any) -> list[dict[str, Any]]:
    """What rows say, apart from which row it is and when it was typed."""
    return [
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.name not in NEVER_EQUAL and field.attname not in IDS
        }
        for row in rows
    ]


def same(*pairs: tuple[Any, Any]) -> None:
    for by_hand, imported in pairs:
        assert told(by_hand) == told(imported)
        assert told(imported)


@pytest.fixture
def ada() -> User:
    return User.objects.create(username="ada", first_name="Ada", last_name="Byron")


@pytest.fixture
def acme() -> Customer:
    return Customer.objects.create(name="Acme")


@pytest.fixture
def bolt() -> Customer:
    """Acme's twin, whose records are imported."""
    return Customer.objects.create(name="Bolt")


@pytest.fixture
def stages() -> dict[str, Stage]:
    pipeline = Pipeline.objects.create(name="Sales", is_default=True)
    kinds = [("New", "open"), ("Offer", "open"), ("Won", "won"), ("Lost", "lost")]
    return {
        name: Stage.objects.create(pipeline=pipeline, name=name, position=place, kind=kind)
        for place, (name, kind) in enumerate(kinds)
    }


@pytest.fixture
def deal_by_hand(ada: User, acme: Customer, stages: dict[str, Stage]) -> Callable[..., Deal]:
    def make(**fields: Any) -> Deal:
        deal = Deal(name="By hand", customer=acme, owner=ada, amount=Decimal(500), **fields)
        return open_deal(deal, at=moment(1, 10))

    return make


DEAL = "external_id,name,customer,owner,amount,stage,created_at,closed_at\n"


def imported_deal(folder: Path, row: str, heading: str = DEAL) -> Deal:
    bring(folder, "deals", heading + row)
    return Deal.objects.get(external_id="D1")


def same_deals(by_hand: Deal, imported: Deal) -> None:
    by_hand.refresh_from_db()
    same(
        ([by_hand], [imported]),
        (StageChange.objects.filter(deal=by_hand), StageChange.objects.filter(deal=imported)),
    )


def test_an_open_deal(deal_by_hand, tmp_path):
    by_hand = deal_by_hand()
    same_deals(by_hand, imported_deal(tmp_path, "D1,A,Acme,Ada Byron,500,New,2025-01-10T12:00:00Z,"))


def test_a_won_deal(deal_by_hand, tmp_path):
    by_hand = win_deal(deal_by_hand(), at=moment(3, 1))
    row = "D1,A,Acme,Ada Byron,500,Won,2025-01-10T12:00:00Z,2025-03-01T12:00:00Z"
    same_deals(by_hand, imported_deal(tmp_path, row))


def test_a_lost_deal(deal_by_hand, tmp_path):
    by_hand = close(deal_by_hand(), "lost", at=moment(3, 1), by=None)
    row = "D1,A,Acme,ada,500,lost,2025-01-10T12:00:00Z,2025-03-01T12:00:00Z"
    same_deals(by_hand, imported_deal(tmp_path, row))


def test_a_deal_with_a_dated_stage(deal_by_hand, stages, tmp_path):
    by_hand = win_deal(move_deal(deal_by_hand(), to=stages["Offer"], at=moment(2, 1)), at=moment(3, 1))
    fields = {name: name for name in DEAL.strip().split(",")} | {"entered:Offer": "offered"}
    row = "D1,A,Acme,ada,500,Won,2025-01-10T12:00:00Z,2025-03-01T12:00:00Z,2025-02-01T12:00:00Z\n"
    bring(tmp_path, "deals", DEAL.strip() + ",offered\n" + row, {"fields": fields})
    same_deals(by_hand, Deal.objects.get(external_id="D1"))


def test_an_order_of_two_lines_makes_a_customer(acme, bolt, tmp_path):
    lamp = Product.objects.create(name="Lamp", sku="L1")
    lines = [OrderLine(product=lamp, quantity=2, net=Decimal("19.90")), OrderLine(net=Decimal(5), description="Post")]
    by_hand = place_order(Order(customer=acme, currency="EUR"), lines=lines, at=moment(4, 1))
    rows = (
        "number,customer,placed_at,product,quantity,net,description\n"
        "77,Bolt,2025-04-01T12:00:00Z,L1,2,19.90,\n77,Bolt,2025-04-01T12:00:00Z,,1,5,Post\n"
    )
    assert bring(tmp_path, "orders", rows).created == 1
    imported = Order.objects.get(number="77")
    same(
        ([by_hand], [imported]),
        (by_hand.lines.all(), imported.lines.all()),
        (LifecycleEvent.objects.filter(customer=acme), LifecycleEvent.objects.filter(customer=bolt)),
    )
    bolt.refresh_from_db()
    assert bolt.lifecycle == "customer"


SUBSCRIPTION = (
    "external_id,customer,plan,owner,interval,quantity,mrr,started_at,trial_ends_at,cancel_requested_at,ended_at\n"
)


def same_subscriptions(by_hand: Subscription, folder: Path, row: str) -> None:
    bring(folder, "subscriptions", SUBSCRIPTION + row)
    imported = Subscription.objects.get(external_id="S1")
    by_hand.refresh_from_db()
    events = SubscriptionEvent.objects.order_by("at", "id")
    same(([by_hand], [imported]), (events.filter(subscription=by_hand), events.filter(subscription=imported)))


def same_lives(one: Customer, other: Customer) -> None:
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.lifecycle == other.lifecycle
    assert told(one.lifecycle_events.all()) == told(other.lifecycle_events.all())


@pytest.fixture
def subscription_by_hand(acme: Customer, ada: User) -> Callable[..., Subscription]:
    def make(**fields: Any) -> Subscription:
        plan = Plan.objects.create(code="pro", name="Pro", price=600)
        terms = {
            "customer": acme,
            "plan": plan,
            "owner": ada,
            "price": Decimal(600),
            "interval": "year",
            "quantity": 2,
        }
        return start_subscription(Subscription(**terms, **fields), at=moment(1, 1))

    return make


def test_a_subscription_that_runs(subscription_by_hand, acme, bolt, tmp_path):
    same_subscriptions(subscription_by_hand(), tmp_path, "S1,Bolt,pro,ada,year,2,100,2025-01-01T12:00:00Z,,,\n")
    same_lives(acme, bolt)


def test_a_subscription_that_ended(subscription_by_hand, bolt, tmp_path):
    by_hand = end_subscription(subscription_by_hand(), at=moment(6, 1))
    row = "S1,Bolt,Pro,ada,year,2,100,2025-01-01T12:00:00Z,,,2025-06-01T12:00:00Z\n"
    same_subscriptions(by_hand, tmp_path, row)


def test_a_subscription_after_a_trial(subscription_by_hand, acme, bolt, tmp_path):
    row = "S1,Bolt,Pro,ada,year,2,100,2025-01-01T12:00:00Z,2025-01-15T12:00:00Z,,\n"
    same_subscriptions(subscription_by_hand(trial_ends_at=moment(1, 15)), tmp_path, row)
    same_lives(acme, bolt)


def test_a_subscription_that_ended_in_its_trial(subscription_by_hand, bolt, tmp_path):
    by_hand = end_subscription(subscription_by_hand(trial_ends_at=moment(1, 15)), at=moment(1, 8))
    row = "S1,Bolt,Pro,ada,year,2,100,2025-01-01T12:00:00Z,2025-01-15T12:00:00Z,,2025-01-08T12:00:00Z\n"
    same_subscriptions(by_hand, tmp_path, row)
    assert not bolt.lifecycle_events.exists()  # never paid


def test_a_subscription_that_was_cancelled(subscription_by_hand, bolt, tmp_path):
    by_hand = request_cancel(subscription_by_hand(), at=moment(5, 1), effective_at=moment(6, 1))
    row = "S1,Bolt,Pro,ada,year,2,100,2025-01-01T12:00:00Z,,2025-05-01T12:00:00Z,2025-06-01T12:00:00Z\n"
    same_subscriptions(by_hand, tmp_path, row)


@pytest.fixture
def north(ada: User) -> Team:
    team = Team.objects.create(name="North")
    TeamMembership.objects.create(user=ada, team=team, joined_on=moment(1, 1).date())
    return team


TICKET = "external_id,subject,customer,agent,created_at,first_reply_after,solved_at,closed_at\n"


def same_tickets(by_hand: Ticket, folder: Path, row: str) -> None:
    bring(folder, "tickets", TICKET + row)
    imported = Ticket.objects.get(external_id="T1")
    by_hand.refresh_from_db()
    events = TicketEvent.objects.order_by("at", "id")
    same(([by_hand], [imported]))
    steps = [(event.kind, event.at) for event in events.filter(ticket=by_hand)]
    assert steps == [(event.kind, event.at) for event in events.filter(ticket=imported)]


def test_a_new_ticket(acme, tmp_path):
    by_hand = open_ticket(Ticket(subject="By hand", customer=acme), at=moment(2, 1))
    same_tickets(by_hand, tmp_path, "T1,Help,Acme,,2025-02-01T12:00:00Z,,,\n")


def test_a_ticket_of_somebody_in_a_team(acme, ada, north, tmp_path):
    by_hand = open_ticket(Ticket(subject="By hand", customer=acme, agent=ada), at=moment(2, 1))
    same_tickets(by_hand, tmp_path, "T1,Help,Acme,ada,2025-02-01T12:00:00Z,,,\n")


def test_a_ticket_answered_solved_and_closed(acme, ada, north, tmp_path):
    by_hand = open_ticket(Ticket(subject="By hand", customer=acme, agent=ada), at=moment(2, 1))
    by_hand = reply_to_ticket(by_hand, body="Try again.", at=moment(2, 1) + timedelta(hours=2), by=ada)
    by_hand = getattr(by_hand, "ticket", by_hand)
    by_hand = close_ticket(solve_ticket(by_hand, at=moment(2, 3), by=ada), at=moment(2, 9), by=ada)
    row = "T1,Help,Acme,ada,2025-02-01T12:00:00Z,2:00:00,2025-02-03T12:00:00Z,2025-02-09T12:00:00Z\n"
    same_tickets(by_hand, tmp_path, row)


def test_an_answer_is_credited_to_whoever_solved_the_ticket(acme, ada, north, tmp_path):
    ticket = open_ticket(Ticket(subject="Help", number="9", customer=acme, agent=ada), at=moment(2, 1))
    ticket = solve_ticket(ticket, at=moment(2, 3), by=ada)
    survey = Survey.objects.create(name="CSAT", kind="csat", scale_min=1, scale_max=5, satisfied_from=4)
    by_hand = record_answer(survey, ticket=ticket, score=5, comment="Good", at=moment(2, 4))
    rows = "external_id,survey,ticket,score,comment,answered_at\nA1,CSAT,9,5.0,Good,2025-02-04T12:00:00Z\n"
    bring(tmp_path, "survey-answers", rows)
    imported = Answer.objects.get(external_id="A1")
    same(([by_hand], [imported]))
    assert (imported.agent, imported.team, imported.customer, imported.ticket) == (ada, north, acme, ticket)


def test_a_converted_lead(acme, bolt, tmp_path):
    by_hand = take_lead(Lead(name="Jo", email="jo@acme.example"), at=moment(1, 5))
    by_hand = convert_lead(by_hand, customer=acme, at=moment(1, 20))
    rows = "external_id,name,email,customer,created_at,converted_at\n"
    row = "L1,Jo,jo@acme.example,Bolt,2025-01-05T12:00:00Z,2025-01-20T12:00:00Z\n"
    bring(tmp_path, "leads", rows + row)
    same(([by_hand], [Lead.objects.get(external_id="L1")]))


def test_a_lead_whose_customer_bought_before_is_no_conversion(acme, bolt, tmp_path):
    for customer in (acme, bolt):
        place_order(Order(customer=customer), lines=[OrderLine(net=Decimal(5))], at=moment(1, 1))
    by_hand = convert_lead(take_lead(Lead(name="Jo"), at=moment(1, 5)), customer=acme, at=moment(1, 20))
    rows = "external_id,name,customer,created_at,converted_at\nL1,Jo,Bolt,2025-01-05T12:00:00Z,2025-01-20T12:00:00Z\n"
    bring(tmp_path, "leads", rows)
    imported = Lead.objects.get(external_id="L1")
    assert by_hand.was_customer
    assert imported.was_customer


def test_a_won_deal_converts_the_lead_it_grew_from(acme, stages, tmp_path):
    lead = take_lead(Lead(name="Jo", email="jo@acme.example"), at=moment(1, 5))
    heading = "external_id,name,customer,lead,amount,stage,created_at,closed_at\n"
    row = "D1,A,Acme,jo@acme.example,500,Won,2025-01-10T12:00:00Z,2025-03-01T12:00:00Z\n"
    imported_deal(tmp_path, row, heading)
    lead.refresh_from_db()
    assert (lead.converted_at, lead.customer) == (moment(3, 1), acme)
