"""The smallest valid row of every record. `owned_row` makes one of any kind that belongs to a person."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model

from customers.choices import Role
from customers.models import (
    Activity,
    Contact,
    Customer,
    EmailSubscription,
    KeyEvent,
    LifecycleEvent,
    Tag,
    Team,
    TeamMembership,
    User,
    Visit,
)
from customers.tokens import issue_token
from metrics.models import Goal, GoalReading, ManualMeasure, ManualValue, MarkedDate, QualityCheck, RuleSegment
from sales.choices import StageKind, SubscriptionEventKind
from sales.models import (
    AmountChange,
    Campaign,
    CampaignRecipient,
    Cart,
    Cost,
    Deal,
    FxRate,
    Lead,
    LostReason,
    Offer,
    Order,
    OrderLine,
    Pipeline,
    Plan,
    Product,
    ProductLine,
    Quota,
    Refund,
    Stage,
    StageChange,
    Subscription,
    SubscriptionEvent,
    Term,
    Touch,
)
from support.models import (
    AccessSample,
    Appointment,
    Fill,
    Holiday,
    Interaction,
    Message,
    OpeningHours,
    Schedule,
    ServiceLevel,
    Ticket,
    TicketEvent,
    Treatment,
)
from surveys.choices import SurveyKind
from surveys.models import Answer, Invitation, Survey

numbers = count(1)
PASSWORD = "a-long-enough-secret"
FIRST_DAY = date(2025, 1, 1)
NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


def some(word: str) -> str:
    """A name nobody else has."""
    return f"{word} {next(numbers)}"


def make_user(username: str = "", *roles: str, team: Team | None = None, **fields: Any) -> User:
    username = username or f"person-{next(numbers)}"
    user = User.objects.create_user(username, f"{username}@example.com", PASSWORD, **fields)
    if roles:
        user.groups.add(*(Group.objects.get_or_create(name=role)[0] for role in roles))
    if team:
        make_membership(user=user, team=team)
    return user


def make_rep(**fields: Any) -> User:
    return make_user("", Role.REP, **fields)


def make_team(name: str = "", **fields: Any) -> Team:
    return Team.objects.create(name=name or some("Team"), **fields)


def make_membership(**fields: Any) -> TeamMembership:
    fields = _with(make_team, "team", _with(make_user, "user", fields))
    return TeamMembership.objects.create(**{"joined_on": FIRST_DAY, **fields})


def make_past_membership(**fields: Any) -> TeamMembership:
    """A day in a team, long ago."""
    day = date(2000, 1, 1) + timedelta(days=next(numbers))
    return make_membership(**{"joined_on": day, "left_on": day + timedelta(days=1), **fields})


def make_tag(name: str = "") -> Tag:
    return Tag.objects.create(name=name or some("Tag"))


def make_customer(name: str = "", **fields: Any) -> Customer:
    return Customer.objects.create(name=name or some("Customer"), **fields)


def _with(maker: Callable[..., Model], name: str, fields: dict[str, Any], owner: User | None = None) -> dict[str, Any]:
    """These fields, with a parent made for them unless one is given."""
    if name in fields:
        return fields
    return {name: maker(**({"owner": owner} if owner else {})), **fields}


def make_contact(**fields: Any) -> Contact:
    return Contact.objects.create(**{"last_name": some("Contact"), **_with(make_customer, "customer", fields)})


def make_activity(**fields: Any) -> Activity:
    return Activity.objects.create(**{"subject": some("Call"), "created_at": NOON, **fields})


def make_email_subscription(**fields: Any) -> EmailSubscription:
    made = {"email": f"p{next(numbers)}@example.com", "mailing_list": "news", "subscribed_at": NOON}
    return EmailSubscription.objects.create(**made | fields)


def make_visit(**fields: Any) -> Visit:
    made = {"visitor_key": some("v"), "session_key": some("s"), "started_at": NOON}
    return Visit.objects.create(**made | fields)


def make_key_event(**fields: Any) -> KeyEvent:
    return KeyEvent.objects.create(**{"kind": "signup", "at": NOON, **_with(make_visit, "visit", fields)})


def make_lifecycle_event(**fields: Any) -> LifecycleEvent:
    return LifecycleEvent.objects.create(
        **{"to_lifecycle": "customer", "at": NOON, **_with(make_customer, "customer", fields)}
    )


def make_token(user: User, **fields: Any) -> str:
    """The secret of a new key."""
    return issue_token(user, **{"name": some("Key"), **fields})[1]


# --- Sales --------------------------------------------------------------------------------------------------------


def make_line(**fields: Any) -> ProductLine:
    return ProductLine.objects.create(**{"code": f"line-{next(numbers)}", "name": some("Line"), **fields})


def make_product(**fields: Any) -> Product:
    return Product.objects.create(**{"name": some("Product"), "unit_price": Decimal(100), **fields})


def make_plan(**fields: Any) -> Plan:
    made = {"code": f"plan-{next(numbers)}", "name": some("Plan"), "price": Decimal(10)}
    return Plan.objects.create(**made | fields)


def make_pipeline(**fields: Any) -> Pipeline:
    """Three open stages, one won, one lost."""
    pipeline = Pipeline.objects.create(**{"name": some("Pipeline"), **fields})
    kinds = {"Won": StageKind.WON, "Lost": StageKind.LOST}
    for position, name in enumerate(("New", "Offer", "Contract", "Won", "Lost"), start=1):
        Stage.objects.create(pipeline=pipeline, name=name, position=position, kind=kinds.get(name, StageKind.OPEN))
    return pipeline


def make_stage(**fields: Any) -> Stage:
    made = {"name": some("Stage"), "position": next(numbers) % 30_000 + 100}
    return Stage.objects.create(**made | _with(make_pipeline, "pipeline", fields))


def make_lost_reason(**fields: Any) -> LostReason:
    return LostReason.objects.create(**{"name": some("Reason"), **fields})


def make_fx_rate(**fields: Any) -> FxRate:
    made = {"base": "USD", "quote": "EUR", "on": FIRST_DAY + timedelta(days=next(numbers)), "rate": Decimal("0.9")}
    return FxRate.objects.create(**made | fields)


def make_campaign(**fields: Any) -> Campaign:
    return Campaign.objects.create(**{"code": f"c-{next(numbers)}", "name": some("Campaign"), **fields})


def make_recipient(**fields: Any) -> CampaignRecipient:
    made = {"email": f"p{next(numbers)}@example.com", "sent_at": NOON}
    return CampaignRecipient.objects.create(**made | _with(make_campaign, "campaign", fields))


def make_touch(**fields: Any) -> Touch:
    return Touch.objects.create(**{"at": NOON, **_with(make_customer, "customer", fields)})


def make_cost(**fields: Any) -> Cost:
    made = {"category": "marketing", "amount": Decimal(100), "starts_on": FIRST_DAY}
    return Cost.objects.create(**made | fields)


def make_lead(**fields: Any) -> Lead:
    return Lead.objects.create(**{"name": some("Lead"), "created_at": NOON, **fields})


def make_deal(**fields: Any) -> Deal:
    """A raw open deal in the first stage of its pipeline."""
    made = {"name": some("Deal"), "amount": Decimal(100), "created_at": NOON}
    made |= _with(make_pipeline, "pipeline", fields)
    made.setdefault("stage", made["pipeline"].stages.first())
    return Deal.objects.create(**made)


def make_stage_change(**fields: Any) -> StageChange:
    made = _with(make_deal, "deal", fields)
    return StageChange.objects.create(**{"to_stage": made["deal"].stage, "at": NOON, **made})


def make_order(*nets: int, **fields: Any) -> Order:
    """A paid order with a line for each amount (one of 100 if none is given)."""
    order = Order.objects.create(**{"placed_at": NOON, **_with(make_customer, "customer", fields)})
    for net in nets or (100,):
        OrderLine.objects.create(order=order, net=Decimal(net), description=f"For {net}")
    return order


def make_order_line(**fields: Any) -> OrderLine:
    return OrderLine.objects.create(**{"net": Decimal(100), **_with(make_order, "order", fields)})


def make_refund(**fields: Any) -> Refund:
    return Refund.objects.create(**{"net": Decimal(10), "at": NOON, **_with(make_order, "order", fields)})


def make_cart(**fields: Any) -> Cart:
    return Cart.objects.create(**{"created_at": NOON, "last_activity_at": NOON, **fields})


def make_subscription(**fields: Any) -> Subscription:
    """A raw row without events; the service writes both."""
    made = {"price": Decimal(50), "started_at": NOON}
    return Subscription.objects.create(**made | _with(make_customer, "customer", fields))


def make_subscription_event(**fields: Any) -> SubscriptionEvent:
    made = {"kind": SubscriptionEventKind.START, "at": NOON, "mrr": Decimal(50)}
    return SubscriptionEvent.objects.create(**made | _with(make_subscription, "subscription", fields))


def make_term(**fields: Any) -> Term:
    made = {"starts_on": FIRST_DAY, "ends_on": date(2026, 1, 1)}
    return Term.objects.create(**made | _with(make_subscription, "subscription", fields))


def make_amount_change(**fields: Any) -> AmountChange:
    made = {"at": NOON, "amount": 100}
    return AmountChange.objects.create(**made | _with(make_deal, "deal", fields))


def make_offer(**fields: Any) -> Offer:
    return Offer.objects.create(**{"made_at": NOON, **_with(make_customer, "customer", fields)})


def make_quota(**fields: Any) -> Quota:
    made = {"starts_on": FIRST_DAY, "ends_on": date(2025, 3, 31), "amount": Decimal(1000)}
    return Quota.objects.create(**made | (fields if "team" in fields else _with(make_rep, "owner", fields)))


# --- Support and surveys ------------------------------------------------------------------------------------------


def make_schedule(**fields: Any) -> Schedule:
    return Schedule.objects.create(**{"name": some("Schedule"), **fields})


def make_opening_hours(**fields: Any) -> OpeningHours:
    made = {"weekday": 1, "opens": time(9), "closes": time(17)}
    return OpeningHours.objects.create(**made | _with(make_schedule, "schedule", fields))


def make_holiday(**fields: Any) -> Holiday:
    made = {"on": FIRST_DAY + timedelta(days=next(numbers)), "name": some("Holiday")}
    return Holiday.objects.create(**made | _with(make_schedule, "schedule", fields))


def make_ticket(**fields: Any) -> Ticket:
    return Ticket.objects.create(**{"subject": some("Ticket"), "created_at": NOON, **fields})


def make_ticket_event(**fields: Any) -> TicketEvent:
    return TicketEvent.objects.create(**{"kind": "created", "at": NOON, **_with(make_ticket, "ticket", fields)})


def make_message(**fields: Any) -> Message:
    return Message.objects.create(**{"body": some("Words"), "at": NOON, **_with(make_ticket, "ticket", fields)})


def make_interaction(**fields: Any) -> Interaction:
    return Interaction.objects.create(**{"talk_seconds": 60, "ended_at": NOON, **fields})


def make_appointment(**fields: Any) -> Appointment:
    made = {"clinic": some("Clinic"), "starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "offered_at": NOON}
    return Appointment.objects.create(**made | fields)


def make_access_sample(**fields: Any) -> AccessSample:
    made = {"on": FIRST_DAY, "clinic": some("Clinic"), "days": 3}
    return AccessSample.objects.create(**made | fields)


def make_service_level(**fields: Any) -> ServiceLevel:
    """A promise in force, unless there is one for this priority already."""
    taken = ServiceLevel.objects.filter(priority=fields.get("priority", ""), is_active=True).exists()
    made = {"name": some("Promise"), "reply_within": timedelta(hours=4), "is_active": not taken}
    return ServiceLevel.objects.create(**made | fields)


def make_treatment(**fields: Any) -> Treatment:
    made = {"name": some("Treatment"), "starts_on": FIRST_DAY}
    return Treatment.objects.create(**made | _with(make_customer, "customer", fields))


def make_fill(**fields: Any) -> Fill:
    made = {"filled_on": FIRST_DAY, "days": 30}
    return Fill.objects.create(**made | _with(make_treatment, "treatment", fields))


def make_survey(**fields: Any) -> Survey:
    made = {"name": some("Survey"), "kind": SurveyKind.NPS, "promoter_from": 9, "detractor_to": 6}
    return Survey.objects.create(**made | fields)


def make_invitation(**fields: Any) -> Invitation:
    return Invitation.objects.create(**{"sent_at": NOON, **_with(make_survey, "survey", fields)})


def make_answer(**fields: Any) -> Answer:
    return Answer.objects.create(**{"score": 10, "answered_at": NOON, **_with(make_survey, "survey", fields)})


def make_manual_measure(**fields: Any) -> ManualMeasure:
    made = {"key": f"told_{next(numbers)}", "title": some("Told"), "definition": "Told by hand."}
    return ManualMeasure.objects.create(**made | fields)


def make_manual_value(**fields: Any) -> ManualValue:
    made = {"starts_on": FIRST_DAY, "ends_on": date(2025, 1, 31), "value": Decimal(7)}
    return ManualValue.objects.create(**made | _with(make_manual_measure, "measure", fields))


def make_goal(**fields: Any) -> Goal:
    made = {"name": some("Goal"), "kpi": "new_tickets", "target": Decimal(10), "why": "To grow."}
    return Goal.objects.create(**made | {"starts_on": FIRST_DAY, "ends_on": date(2025, 3, 31)} | fields)


def make_marked_date(**fields: Any) -> MarkedDate:
    return MarkedDate.objects.create(**{"name": some("Event"), "on": FIRST_DAY} | fields)


def make_goal_reading(**fields: Any) -> GoalReading:
    made = {"on": FIRST_DAY, "actual": Decimal(5), "attained": 500_000}
    return GoalReading.objects.create(**made | _with(make_goal, "goal", fields))


def make_quality_check(**fields: Any) -> QualityCheck:
    made = {"on": FIRST_DAY + timedelta(days=next(numbers)), "rule": "customer_owner", "entity": "customer"}
    return QualityCheck.objects.create(**made | {"weight": 1, "checked": 2, "passed": 1} | fields)


def make_rule_segment(**fields: Any) -> RuleSegment:
    return RuleSegment.objects.create(**{"name": some("Segment"), "rule": "mrr at least 100", **fields})


# --- Any record ---------------------------------------------------------------------------------------------------

MAKERS: dict[type[Model], Callable[..., Any]] = {
    AccessSample: make_access_sample,
    Activity: make_activity,
    Answer: make_answer,
    Appointment: make_appointment,
    Campaign: make_campaign,
    CampaignRecipient: make_recipient,
    Cart: make_cart,
    Contact: make_contact,
    Cost: make_cost,
    Customer: make_customer,
    Deal: make_deal,
    EmailSubscription: make_email_subscription,
    Fill: make_fill,
    Goal: make_goal,
    MarkedDate: make_marked_date,
    GoalReading: make_goal_reading,
    FxRate: make_fx_rate,
    Holiday: make_holiday,
    Interaction: make_interaction,
    Invitation: make_invitation,
    KeyEvent: make_key_event,
    Lead: make_lead,
    LifecycleEvent: make_lifecycle_event,
    LostReason: make_lost_reason,
    ManualMeasure: make_manual_measure,
    ManualValue: make_manual_value,
    Message: make_message,
    Offer: make_offer,
    OpeningHours: make_opening_hours,
    Order: make_order,
    OrderLine: make_order_line,
    Pipeline: make_pipeline,
    Plan: make_plan,
    Product: make_product,
    ProductLine: make_line,
    QualityCheck: make_quality_check,
    Quota: make_quota,
    Refund: make_refund,
    RuleSegment: make_rule_segment,
    Schedule: make_schedule,
    ServiceLevel: make_service_level,
    Stage: make_stage,
    StageChange: make_stage_change,
    AmountChange: make_amount_change,
    Subscription: make_subscription,
    SubscriptionEvent: make_subscription_event,
    Survey: make_survey,
    Tag: make_tag,
    Team: make_team,
    TeamMembership: make_past_membership,
    Term: make_term,
    Ticket: make_ticket,
    TicketEvent: make_ticket_event,
    Touch: make_touch,
    Treatment: make_treatment,
    User: make_user,
    Visit: make_visit,
}


def owned_row(model: type[Model], user: User | None = None) -> Model:
    """A row of any kind that belongs to this person: its owner, or the owner of what it hangs on, is them."""
    if not model.owned_by or user is None:
        return MAKERS[model]()
    name, *rest = model.owned_by.split("__")
    if not rest:
        return MAKERS[model](**{name: user})
    return MAKERS[model](**{name: owned_row(model._meta.get_field(name).remote_field.model, user)})
