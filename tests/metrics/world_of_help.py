"""What the company's support and its clinic saw in the quarter: told beside the rest of the small world."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from metrics.models import Goal, GoalReading, ManualMeasure, ManualValue
from metrics.quality import look_over
from support import services
from support.models import Ticket
from surveys.models import Answer
from tests.makers import (
    make_answer,
    make_appointment,
    make_fill,
    make_interaction,
    make_invitation,
    make_opening_hours,
    make_schedule,
    make_service_level,
    make_survey,
    make_treatment,
)


def on(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=UTC)


def tell(world: Any) -> None:
    promise(world)
    solve_and_reopen(world)
    see_patients(world)
    ask(world)
    steer(world)


def promise(world: Any) -> None:
    """Open from Monday to Friday, 8 to 18; a reply within 4 open hours, a solution within 20."""
    schedule = make_schedule(name="Office", is_default=True)
    for weekday in range(1, 6):
        make_opening_hours(schedule=schedule, weekday=weekday, opens=time(8), closes=time(18))
    make_service_level(name="Usual", reply_within=timedelta(hours=4), solve_within=timedelta(hours=20))


def solve_and_reopen(world: Any) -> None:
    about = {"channel": "web", "priority": "normal", "product_line": "hard"}
    quick = services.open_ticket(Ticket(subject="Quick", customer=world.acme, agent=world.cy, **about), at=on(2, 3, 9))
    services.reply_to_ticket(quick, body="Like this.", at=on(2, 3, 10), by=world.cy)
    services.solve_ticket(quick, at=on(2, 3, 11), by=world.cy)
    slow = services.open_ticket(Ticket(subject="Slow", customer=world.bolt, **about), at=on(2, 4, 9))
    services.assign_ticket(slow, agent=world.bo, at=on(2, 4, 10))
    services.assign_ticket(slow, agent=world.cy, at=on(2, 5, 10))
    services.reply_to_ticket(slow, body="Which one?", at=on(2, 5, 11), by=world.cy)
    services.wait_for_customer(slow, at=on(2, 5, 11))
    services.customer_replies(slow, body="This one.", at=on(2, 6, 9))
    services.solve_ticket(slow, at=on(2, 7, 15), by=world.cy)
    services.reopen_ticket(slow, at=on(2, 10, 9))
    services.reply_to_ticket(slow, body="And now?", at=on(2, 10, 10), by=world.cy)
    services.solve_ticket(slow, at=on(2, 12, 9), by=world.cy)
    services.open_ticket(Ticket(subject="Waiting", customer=world.dorn, agent=world.bo, **about), at=on(2, 26, 9))
    sold = {"purpose": "sales", "agent": world.ana, "team": world.north, "talk_seconds": 300}
    make_interaction(ended_at=on(2, 6), **sold)
    make_interaction(ended_at=on(3, 6), wrap_seconds=60, **sold)


def see_patients(world: Any) -> None:
    where = {"clinic": "Altona", "provider": "Dr. Weiss", "offered_at": on(1, 20)}
    for day in (3, 5, 10, 12, 17, 24):
        make_appointment(starts_at=on(2, day, 9), ends_at=on(2, day, 10), **where)
    slots = list(world.acme.appointments.model.objects.order_by("starts_at"))
    for slot, patient in zip(slots, (world.clara, world.clara, world.dorn, None, world.elm, None), strict=True):
        if patient:
            services.book_appointment(slot, customer=patient, at=on(1, 28))
    services.attend_appointment(slots[0], at=on(2, 3, 10))
    services.attend_appointment(slots[2], at=on(2, 10, 10))
    services.miss_appointment(slots[1], at=on(2, 5, 10))
    services.cancel_appointment(slots[4], at=on(2, 16))
    make_appointment(clinic="Schwabing", starts_at=on(2, 6, 9), ends_at=on(2, 6, 11), offered_at=on(1, 20))
    for day in (date(2025, 1, 27), date(2025, 2, 1), date(2025, 2, 2)):
        services.sample_access(on=day)
    course = {"clinic": "Altona", "provider": "Dr. Weiss", "name": "Metformin"}
    careful = make_treatment(customer=world.clara, starts_on=date(2025, 1, 1), ends_on=date(2025, 4, 1), **course)
    for day in (date(2025, 1, 1), date(2025, 2, 3), date(2025, 3, 10)):
        make_fill(treatment=careful, filled_on=day, days=30)
    careless = make_treatment(customer=world.dorn, starts_on=date(2025, 2, 1), **course)
    make_fill(treatment=careless, filled_on=date(2025, 2, 1), days=10)
    visited = {"appointment": slots[0], "survey": make_survey(name="Your visit", kind="patient", satisfied_from=9)}
    make_answer(score=10, customer=world.clara, answered_at=on(2, 4), **visited)
    make_answer(score=7, customer=world.dorn, answered_at=on(2, 11), **visited | {"appointment": slots[2]})


def ask(world: Any) -> None:
    ticket = Ticket.objects.get(subject="Quick")
    five = make_survey(name="Of five", kind="nps", scale_min=1, scale_max=5, promoter_from=5, detractor_to=3)
    for score, customer in ((5, world.acme), (4, world.bolt), (2, None)):
        make_answer(survey=five, score=score, customer=customer, answered_at=on(2, 15))
    after = make_survey(name="After a ticket", kind="nps", promoter_from=9, detractor_to=6)
    told = {"survey": after, "ticket": ticket, "agent": world.cy, "team": world.north, "channel": "web"}
    sent = [make_invitation(survey=after, customer=c, sent_at=on(2, 4)) for c in (world.acme, world.bolt, world.elm)]
    make_invitation(survey=after, customer=world.dorn, sent_at=on(2, 4), bounced_at=on(2, 4, 13))
    make_answer(score=9, invitation=sent[0], customer=world.acme, answered_at=on(2, 5), **told)
    make_answer(score=5, invitation=sent[1], customer=world.bolt, answered_at=on(2, 27), **told)
    for name, weight in (("Overall", "0.5"), ("As expected", "0.25")):
        scale = {"scale_min": 1, "scale_max": 10, "satisfied_from": 8}
        survey = make_survey(name=name, kind="csat", index_weight=Decimal(weight), **scale)
        Answer.objects.create(survey=survey, score=7, customer=world.clara, answered_at=on(2, 18))


def steer(world: Any) -> None:
    """Two goals due in February, one of them reached; engagement told for two months; records looked over twice."""
    days = {"starts_on": date(2025, 2, 1), "ends_on": date(2025, 2, 28), "why": "To grow."}
    reached = Goal.objects.create(name="More tickets", kpi="new_tickets", target=4, owner=world.ana, **days)
    missed = Goal.objects.create(name="More leads", kpi="leads", baseline=1, target=11, **days)
    for goal, on_day, attained in ((reached, 10, 500_000), (reached, 28, 1_250_000), (missed, 28, 700_000)):
        GoalReading.objects.create(goal=goal, on=date(2025, 2, on_day), actual=1, attained=attained, chance=600_000)
    mood = ManualMeasure.objects.create(key="engagement", title="Engagement", definition="Asked.", joined="mean")
    for month, last, value in ((1, 31, "7.2"), (2, 28, "7.6")):
        told = {"starts_on": date(2025, month, 1), "ends_on": date(2025, month, last)}
        ManualValue.objects.create(measure=mood, value=Decimal(value), **told)
    for day in (date(2025, 2, 3), date(2025, 2, 4)):
        look_over(on=day)
