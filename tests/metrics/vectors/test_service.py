"""Helping and asking: examples others published, built as records and asked of the product."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import override_settings

from metrics.measures.care import Slots, TreatmentDays
from metrics.measures.support import Interactions, TicketsAnswered
from metrics.measures.surveys import (
    CSATAnswers,
    IndexAnswers,
    IndexWeights,
    NPSAnswers,
    NPSAnswersOfFive,
    PatientAnswers,
    SurveysSent,
)
from support.models import Appointment, Interaction, Ticket
from surveys.models import Answer, Invitation, Survey
from tests.makers import make_customer, make_fill, make_survey, make_treatment, make_user
from tests.metrics.asked import by_member, number, settle
from tests.metrics.vectors.crowd import at, customers

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")


def of_ten() -> Survey:
    return make_survey(kind="nps", scale_min=0, scale_max=10, promoter_from=9, detractor_to=6)


def of_five() -> Survey:
    return make_survey(kind="nps", scale_min=1, scale_max=5, promoter_from=5, detractor_to=3)


def answers(survey: Survey, scores: Iterable[int], **fields: Any) -> list[Answer]:
    given = {"answered_at": at(3, 10), **fields}
    return Answer.objects.bulk_create(Answer(survey=survey, score=score, **given) for score in scores)


def invitations(survey: Survey, count: int, **fields: Any) -> list[Invitation]:
    sent = {"sent_at": at(3, 1), **fields}
    return Invitation.objects.bulk_create(Invitation(survey=survey, **sent) for _ in range(count))


@pytest.mark.parametrize(
    ("vector", "promoters", "passives", "detractors", "expected"),
    [("T037", 60, 25, 15, "45"), ("T038", 30, 50, 20, "10"), ("T040", 100, 30, 80, "9.523810")],
)
def test_promoters_less_detractors(vector: str, promoters: int, passives: int, detractors: int, expected: str) -> None:
    answers(of_ten(), [9] * promoters + [7] * passives + [6] * detractors)
    settle(NPSAnswers)
    assert number("nps", *MARCH) == Decimal(expected)


def test_t039_one_answer_of_each_score() -> None:
    answers(of_ten(), range(11))
    settle(NPSAnswers)
    assert number("nps", *MARCH, places=4) == Decimal("-45.4545")
    assert by_member("nps", *MARCH, by="score")["9"] == 100
    assert len(by_member("nps", *MARCH, by="score")) == 11


def test_t041_two_scales_are_two_numbers() -> None:
    """The same thousand people, asked twice: 438 and 227 of them on eleven steps, 352 and 243 on five."""
    answers(of_ten(), [10] * 438 + [8] * 335 + [3] * 227)
    answers(of_five(), [5] * 352 + [4] * 405 + [2] * 243)
    settle(NPSAnswers, NPSAnswersOfFive)
    assert number("nps", *MARCH, places=1) == Decimal("21.1")
    assert number("nps_5", *MARCH, places=1) == Decimal("10.9")


def satisfaction(**fields: Any) -> Survey:
    return make_survey(**{"kind": "csat", "scale_min": 1, "scale_max": 5, "satisfied_from": 4, **fields})


def test_t042_the_two_highest_scores() -> None:
    answers(satisfaction(), [5] * 42 + [4] * 32 + [3] * 10 + [2] * 9 + [1] * 14)
    settle(CSATAnswers)
    assert number("csat", *MARCH, places=4) == Decimal("0.6916")


def test_t043_who_did_not_answer_is_not_unhappy() -> None:
    """Eight good, two bad, five asked in vain, three never asked."""
    survey = satisfaction(scale_max=2, satisfied_from=2)
    asked = invitations(survey, 15)
    for invitation, score in zip(asked, [2] * 8 + [1] * 2, strict=False):
        answers(survey, [score], invitation=invitation, answered_at=at(3, 2))
    Ticket.objects.bulk_create(Ticket(subject="Never asked", created_at=at(3, 1)) for _ in range(3))
    settle(CSATAnswers, SurveysSent)
    assert number("csat", *MARCH) == Decimal("0.8")
    assert number("survey_response_rate", *MARCH, places=4) == Decimal("0.6667")


def test_t046_answers_of_all_that_were_sent() -> None:
    survey = satisfaction()
    for place, invitation in enumerate(invitations(survey, 200)[:80]):
        answers(survey, [5 if place < 60 else 2], invitation=invitation, answered_at=at(3, 4))
    settle(CSATAnswers, SurveysSent)
    assert number("survey_response_rate", *MARCH) == Decimal("0.4")
    assert number("csat", *MARCH) == Decimal("0.75")


def test_a_late_answer_a_bounce_and_a_second_answer_make_no_response() -> None:
    """Four arrive: one is answered twice, one too late; a fifth never arrives."""
    survey = satisfaction(answer_within=timedelta(days=14))
    first, late, *_ = invitations(survey, 4)
    invitations(survey, 1, bounced_at=at(3, 1, hour=13))
    last = answers(survey, [5], invitation=first, answered_at=at(3, 3))[0]
    answers(survey, [2], invitation=first, answered_at=at(3, 2), voided_at=at(3, 3), superseded_by=last)
    answers(survey, [4], invitation=late, answered_at=at(3, 16))
    settle(SurveysSent)
    assert number("survey_response_rate", *MARCH) == Decimal("0.25")


@pytest.mark.parametrize(
    ("weights", "expected"), [(("0.3885", "0.3190", "0.2925"), "70.98"), (("1", "1", "1"), "70.37")]
)
def test_t048_an_index_of_three_questions(weights: tuple[str, ...], expected: str) -> None:
    for weight, mean in zip(weights, (8, 7, 7), strict=True):
        survey = satisfaction(scale_max=10, satisfied_from=8, index_weight=Decimal(weight))
        answers(survey, [mean - 2, mean, mean + 2])
    settle(IndexAnswers, IndexWeights)
    assert number("satisfaction_index", *MARCH, places=2) == Decimal(expected)


def test_t086_handling_time_is_talk_hold_and_wrap_up() -> None:
    """Sixty calls of 300, 40 and 60 seconds; who hung up before an answer was not handled."""
    calls = [Interaction(talk_seconds=300, hold_seconds=40, wrap_seconds=60, ended_at=at(3, 5)) for _ in range(60)]
    calls.append(Interaction(hold_seconds=900, was_abandoned=True, ended_at=at(3, 5)))
    calls.append(Interaction(talk_seconds=10, purpose="sales", ended_at=at(3, 5)))
    Interaction.objects.bulk_create(calls)
    settle(Interactions)
    assert number("aht", *MARCH) == 400


@override_settings(TIME_ZONE="UTC")
def test_t087_a_call_over_midnight_counts_on_the_day_it_ends() -> None:
    """From 23:40 on the 5th to 0:25 on the 6th, wrap-up included."""
    ended = datetime(2025, 3, 6, 0, 25, tzinfo=UTC)
    Interaction.objects.create(talk_seconds=2_400, wrap_seconds=300, ended_at=ended)
    settle(Interactions)
    assert number("aht", "2025-03-05", "2025-03-06") is None
    assert number("aht", "2025-03-06", "2025-03-07") == 2_700


def test_t092_a_reply_counts_on_the_day_it_was_given() -> None:
    asked = {"created_at": at(1, 1), "replied_at": at(1, 3)}
    Ticket.objects.create(subject="How?", **asked)
    settle(TicketsAnswered)
    assert number("first_response_time_mean", "2025-01-01", "2025-01-02") is None
    assert number("first_response_time_mean", "2025-01-03", "2025-01-04") == 2 * 86_400


@pytest.mark.parametrize(("covered", "window", "expected"), [(72, 90, "0.8"), (270, 300, "0.9")])
def test_t096_days_covered(covered: int, window: int, expected: str) -> None:
    start = date(2025, 1, 1)
    treatment = make_treatment(starts_on=start, ends_on=start + timedelta(days=window))
    make_fill(treatment=treatment, filled_on=start, days=covered)
    settle(TreatmentDays)
    asked = (start, start + timedelta(days=window))
    assert number("pdc", *asked) == Decimal(expected)
    assert number("adherent_share", *asked) == 1


@time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC))
def test_t097_days_covered_with_gaps() -> None:
    """Thirty days each, fetched on 1 January, 3 February and 10 March: 82 of 90 days, not 83."""
    treatment = make_treatment(starts_on=date(2026, 1, 1), ends_on=date(2026, 4, 1))
    for day in (date(2026, 1, 1), date(2026, 2, 3), date(2026, 3, 10)):
        make_fill(treatment=treatment, filled_on=day, days=30)
    settle(TreatmentDays)
    assert number("pdc", "2026-01-01", "2026-04-01", places=4) == Decimal("0.9111")


def test_a_patient_is_adherent_on_four_days_in_five() -> None:
    """Of 30 days one has medicine on 24, another on 23."""
    for days in (24, 23):
        course = make_treatment(starts_on=date(2025, 3, 1), ends_on=date(2025, 3, 31))
        make_fill(treatment=course, filled_on=date(2025, 3, 1), days=days)
    settle(TreatmentDays)
    assert number("adherent_share", *MARCH) == Decimal("0.5")
    assert number("pdc", *MARCH, places=4) == Decimal("0.7833")


def slots(count: int, status: str) -> list[Appointment]:
    return [
        Appointment(
            clinic="Altona",
            starts_at=at(3, 3),
            ends_at=at(3, 3) + timedelta(minutes=30),
            offered_at=at(2, 1),
            status=status,
        )
        for _ in range(count)
    ]


def test_t100_patients_who_did_not_come() -> None:
    """Of 200 slots booked 12; slots called off or never booked are none of them."""
    made = slots(188, "attended") + slots(12, "no_show") + slots(30, "offered") + slots(9, "cancelled")
    Appointment.objects.bulk_create(made)
    settle(Slots)
    assert number("no_show_rate", *MARCH) == Decimal("0.06")
    assert number("slot_utilisation", *MARCH, places=4) == Decimal("0.8174")


def test_the_highest_scores_of_patients() -> None:
    answers(make_survey(kind="patient", satisfied_from=9), [10] * 50 + [9] * 34 + [8] * 20 + [0] * 16)
    settle(PatientAnswers)
    assert number("patient_topbox", *MARCH) == Decimal("0.7")


def test_t106_better_in_each_part_and_worse_in_all() -> None:
    """Two agents, easy and hard questions: 81/87 and 192/263 against 234/270 and 55/80."""
    ana, bo = make_user("ana"), make_user("bo")
    survey = satisfaction()
    told = {(ana, "chat"): (81, 87), (ana, "phone"): (192, 263), (bo, "chat"): (234, 270), (bo, "phone"): (55, 80)}
    for (agent, channel), (happy, asked) in told.items():
        answers(survey, [5] * happy + [1] * (asked - happy), agent=agent, channel=channel)
    settle(CSATAnswers)
    assert by_member("csat", *MARCH, by="agent", places=4) == {"ana": Decimal("0.7800"), "bo": Decimal("0.8257")}
    parts = {
        (agent, channel): number("csat", *MARCH, places=4, where={"agent": [agent], "channel": [channel]})
        for agent in ("ana", "bo")
        for channel in ("chat", "phone")
    }
    assert parts["ana", "chat"] == Decimal("0.9310") > parts["bo", "chat"] == Decimal("0.8667")
    assert parts["ana", "phone"] == Decimal("0.7300") > parts["bo", "phone"] == Decimal("0.6875")


def test_a_plan_is_the_one_of_the_day_somebody_answered() -> None:
    from sales.models import Subscription
    from sales.services.subscriptions import change_subscription, start_subscription
    from tests.makers import make_plan

    basic, pro = make_plan(name="Basic"), make_plan(name="Pro")
    customer = make_customer()
    running = start_subscription(Subscription(customer=customer, plan=basic, price=Decimal(10)), at=at(1, 1))
    answers(of_ten(), [10], customer=customer, answered_at=at(3, 3))
    change_subscription(running, plan=pro, price=Decimal(20), at=at(3, 5))
    answers(of_ten(), [5, 5], customer=customer, answered_at=at(3, 7))
    answers(of_ten(), [9], customer=customers(1)[0], answered_at=at(3, 7))
    settle(NPSAnswers)
    assert by_member("nps", *MARCH, by="plan") == {"Basic": 100, "Pro": -100, "(none)": 100}
