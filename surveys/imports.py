"""What an import of survey answers can carry."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone

from customers.importing.fields import Column, columns_of
from customers.importing.links import Link, maker
from customers.importing.resources import Draft, Resource
from customers.imports import customer, person
from customers.models import Team, User
from sales.models import Order
from support.models import Appointment, Ticket
from surveys.models import Answer, Survey


class SurveyAnswers(Resource):
    """Scores people gave elsewhere, about a ticket, an order or everything."""

    name = "survey-answers"
    model = Answer
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Answer, "external_id"),
        Link("survey", to=Survey, create=maker(Survey), required=True),
        *columns_of(Answer, "score", "answered_at", required=["score", "answered_at"]),
        *columns_of(Answer, "comment", "channel", "wave"),
        customer(),
        Link("ticket", to=Ticket, ways=("external_id", "number"), related=("customer", "solved_by")),
        Link("order", to=Order, ways=("external_id", "number"), related=("customer",)),
        Link("appointment", to=Appointment, related=("customer",)),
        person("agent"),
        Link("team", to=Team),
    ]
    happened = ("answered_at",)

    def __init__(self) -> None:
        self.teams: dict[Any, list[Any]] = {}

    def complete(self, draft: Draft) -> None:
        """Credit whoever solved the ticket, and the team they were in then."""
        survey, score = draft.get("survey"), draft.get("score")
        if not survey.scale_min <= score <= survey.scale_max:
            draft.refuse("score", f"A score lies between {survey.scale_min} and {survey.scale_max}.")
        ticket, order = draft.values.get("ticket"), draft.values.get("order")
        draft.set_default("customer", ticket and ticket.customer)
        draft.set_default("channel", ticket and (ticket.channel or None))
        draft.set_default("customer", order and order.customer)
        visit = draft.values.get("appointment")
        draft.set_default("customer", visit and visit.customer)
        if draft.is_new:
            self.credit(draft, ticket)

    def credit(self, draft: Draft, ticket: Ticket | None) -> None:
        solver = ticket.solved_by if ticket else None
        draft.set_default("agent", solver)
        if agent := draft.values.get("agent"):
            at = ticket.solved_at if ticket and solver else None
            draft.set_default("team", self.team_of(agent, at=at or draft.values["answered_at"]))

    def team_of(self, agent: User, *, at: datetime) -> Team | None:
        """The team somebody was in, with their memberships read once."""
        if agent.pk not in self.teams:
            self.teams[agent.pk] = list(agent.memberships.select_related("team"))
        day = timezone.localdate(at)
        fitting = (one for one in self.teams[agent.pk] if one.joined_on <= day < (one.left_on or date.max))
        return next((one.team for one in fitting), None)

    def settle(self, drafts: Sequence[Draft]) -> None:
        """Of one customer's answers in one wave of a relational survey, only the last counts."""
        asked = {draft.instance.customer_id for draft in drafts if draft.instance.wave}
        Answer.objects.filter(customer__in=asked - {None}).brought_together()


IMPORTS: list[type[Resource]] = [SurveyAnswers]
