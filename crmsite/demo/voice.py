"""What customers say: satisfaction follows how long they waited, recommendation follows what they pay."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from crmsite.demo.days import add_months
from crmsite.demo.help import in_hump
from crmsite.demo.words import GRUMBLE, PRAISE
from crmsite.demo.world import Account, World
from sales.choices import OrderStatus
from support.models import Ticket
from surveys.choices import SurveyKind
from surveys.models import Answer, Invitation, Survey

LINK_LASTS = timedelta(days=30)
CSAT = ((5, 0.56), (4, 0.27), (3, 0.09), (2, 0.05), (1, 0.03))


def tell(world: World) -> None:
    write_surveys(world)
    ask_about_tickets(world)
    ask_about_orders(world)
    ask_in_waves(world)
    ask_patients(world)
    world.save()


def write_surveys(world: World) -> None:
    def survey(name: str, kind: SurveyKind, question: str, low: int, high: int, **more: Any) -> Survey:
        return world.add(Survey, name=name, kind=kind, question=question, scale_min=low, scale_max=high, **more)

    world.shelf["surveys"] = {
        "ticket": survey("After a ticket", SurveyKind.CSAT, "How satisfied are you with our help?", 1, 5,
                         satisfied_from=4, index_weight=Decimal("0.6")),
        "order": survey("After an order", SurveyKind.CSAT, "How satisfied are you with your order?", 1, 5,
                        satisfied_from=4, index_weight=Decimal("0.4")),
        "effort": survey("Effort", SurveyKind.CES, "How easy was it to get your problem solved?", 1, 7,
                         satisfied_from=5),
        "nps": survey("Would you recommend us?", SurveyKind.NPS, "How likely are you to recommend us?", 0, 10,
                      promoter_from=9, detractor_to=6, is_relational=True),
        "nps5": survey("Recommendation, five steps", SurveyKind.NPS, "Would you recommend our shop?", 1, 5,
                       promoter_from=5, detractor_to=3, is_relational=True),
        "patient": survey("After a visit to the clinic", SurveyKind.PATIENT, "How was your visit?", 0, 10,
                          satisfied_from=9),
    }  # fmt: skip


def ask_about_tickets(world: World) -> None:
    """After every second solved ticket; two in three are asked about satisfaction, the rest about effort."""
    for ticket, _, account in world.shelf["tickets"]:
        if not ticket.solved_at or ticket.is_spam or ticket.merged_into_id or not world.maybe(0.86):
            continue
        if ticket.contact and ticket.contact.do_not_survey:
            continue
        is_effort = world.maybe(0.16)
        sent_at = world.clip(ticket.solved_at + timedelta(hours=1 + world.chance.random() * 3))
        if sent_at is None:
            continue
        scores = content(world, ticket)
        if is_effort:
            scores = [min(7, round(score * 1.4)) for score in scores]
        ask(
            world,
            "effort" if is_effort else "ticket",
            account,
            sent_at,
            0.36,
            scores,
            ticket=ticket,
            contact=ticket.contact,
            agent=ticket.solved_by,
        )


def content(world: World, ticket: Ticket) -> list[int]:
    """One score, drawn low when the customer waited long or had to come back."""
    waited = 24.0
    if ticket.replied_at and ticket.awaited_since:
        waited = (ticket.replied_at - ticket.awaited_since).total_seconds() / 3600
    grief = min(2.2, waited / 11) + 1.1 * bool(ticket.reopened_count)
    skill = 0.35 if ticket.solved_by == world.people["agent"] else 0.0
    score = world.pick([s for s, _ in CSAT], [w for _, w in CSAT]) - grief * world.chance.random() + skill
    return [max(1, min(5, round(score)))]


def ask_about_orders(world: World) -> None:
    paid = [row for row in world.shelf["orders"] if row[0].status == OrderStatus.PAID]
    for order, _, account in world.pick_some(paid, world.many(2600)):
        sent_at = world.clip(order.placed_at + timedelta(days=6, hours=world.chance.random() * 5))
        if sent_at:
            scores = [world.pick((5, 4, 3, 2, 1), (50, 30, 11, 6, 3))]
            ask(world, "order", account, sent_at, 0.3, scores, order=order)


def ask_in_waves(world: World) -> None:
    """Subscribers every quarter on eleven steps, shoppers twice a year on five."""
    quarter = world.days.first.replace(day=12)
    subscribers = [account for account in world.accounts if account.since and account.is_subscriber]
    shoppers = [account for account in world.accounts if account.since and not account.is_subscriber]
    for number in range(world.days.months // 3 + 1):
        day = add_months(quarter, 3 * number + 1)
        name = f"{day.year} Q{(day.month - 1) // 3 + 1}"
        for account in present(world, subscribers, day, world.many(640)):
            recommend(world, "nps", account, day, name)
        if number % 2:
            for account in present(world, shoppers, day, world.many(480)):
                recommend(world, "nps5", account, day, name)


def present(world: World, accounts: list[Account], day: date, count: int) -> list[Account]:
    if day > world.days.last - timedelta(days=1):
        return []
    here = [a for a in accounts if a.since <= day and (a.left_on is None or a.left_on > day)]
    return world.pick_some(here, count)


def recommend(world: World, survey: str, account: Account, day: date, wave: str) -> None:
    since_rise = (day - world.shelf["price_rise"]).days
    mood = -0.9 if 0 <= since_rise < 120 else 0.25 if world.days.share(day) > 0.8 else 0.0
    mood -= 0.5 if in_hump(world, day) else 0
    mood += {"North": 0.4, "West": -0.3}.get(account_team(world, account), 0)
    score = world.chance.gauss(8.25 + mood, 1.9)
    if survey == "nps5":
        score = score / 2 + 0.2
    low, high = (0, 10) if survey == "nps" else (1, 5)
    contact = next((c for c in account.contacts if not c.do_not_survey), None)
    if account.contacts and contact is None:
        return
    scores = [max(low, min(high, round(score)))]
    ask(world, survey, account, world.at(day, 9, 12), 0.41, scores, contact=contact, wave=wave)


def account_team(world: World, account: Account) -> str:
    team = world.team_of[account.seller.pk]
    return next(name for name, other in world.teams.items() if other is team)


def ask_patients(world: World) -> None:
    accounts = {account.customer.external_id: account for account in world.accounts}
    for visit in world.shelf["visits to clinics"]:
        sent_at = world.clip(visit.ends_at + timedelta(hours=4))
        if visit.status == "attended" and sent_at:
            scores = [world.pick((10, 8, 7, 4, 2), (63, 22, 8, 4, 3))]
            ask(world, "patient", accounts[visit.customer.external_id], sent_at, 0.42, scores, appointment=visit)


def ask(
    world: World,
    survey: str,
    account: Account,
    sent_at: datetime,
    willing: float,
    scores: list[int],
    **about: Any,
) -> None:
    """Send an invitation; some bounce, some are answered within the link's life, half of them on the first day."""
    asked = {name: value for name, value in about.items() if name != "agent" or value}
    invitation = world.add(
        Invitation,
        survey=world.shelf["surveys"][survey],
        customer=account.customer,
        token_digest=world.token(),
        sent_at=sent_at,
        expires_at=sent_at + LINK_LASTS,
        **asked,
    )
    if world.maybe(0.02):
        invitation.bounced_at = min(sent_at + timedelta(minutes=2), world.days.now)
        return
    answered_at = world.clip(sent_at + timedelta(hours=world.around(17, 1.2)))
    if answered_at and world.maybe(willing) and answered_at < sent_at + LINK_LASTS:
        think_again(world, invitation, reply(world, invitation, answered_at, scores[0]))


def think_again(world: World, invitation: Invitation, answer: Answer) -> None:
    """A few give another score within a day; a few answers are taken out of every number."""
    if world.maybe(0.006):
        answer.voided_at = world.clip(answer.answered_at + timedelta(days=2))
        answer.voided_by = world.people["manager"] if answer.voided_at else None
        return
    again = world.clip(answer.answered_at + timedelta(hours=world.chance.uniform(0.2, 20)))
    if again and world.maybe(0.01):
        survey = invitation.survey
        score = max(survey.scale_min, min(survey.scale_max, answer.score + world.pick((-2, -1, 1, 2))))
        answer.voided_at = again
        answer.superseded_by = reply(world, invitation, again, score)


def reply(world: World, invitation: Invitation, at: datetime, score: int) -> Answer:
    survey, ticket = invitation.survey, invitation.ticket
    middle = (survey.scale_min + survey.scale_max) / 2
    words = PRAISE if score > middle else GRUMBLE
    agent = ticket.solved_by if ticket else None
    return world.add(
        Answer,
        survey=survey,
        invitation=invitation,
        customer=invitation.customer,
        ticket=ticket,
        order=invitation.order,
        appointment=invitation.appointment,
        agent=agent,
        team=world.team_of[agent.pk] if agent else None,
        channel=ticket.channel if ticket else "",
        wave=invitation.wave,
        score=score,
        comment=world.pick(words) if world.maybe(0.18) else "",
        answered_at=at,
    )
