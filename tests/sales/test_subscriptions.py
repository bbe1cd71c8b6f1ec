"""A subscription's events say what MRR it has from each day on, in whatever order they are told."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from sales.models import Plan, Subscription
from sales.services.acquisition import acquire_after_trials
from sales.services.billing import add_months, as_long_again
from sales.services.subscriptions import (
    change_subscription,
    end_subscription,
    keep_subscription,
    pause_subscription,
    renew_subscription,
    request_cancel,
    resume_subscription,
    start_subscription,
)
from sales.tasks import notice_first_payments
from tests.sales.makers import day, life, make_customer, make_lead, make_subscription, make_user
from tests.sales.refusals import refused

pytestmark = pytest.mark.django_db


def test_a_pause_begins_with_the_end_of_the_paid_month_and_a_resume_ends_it():
    """Catalogue T084: 50 a month, paused on Mar 10, paid to Mar 31, resumed on Jun 1."""
    subscription = make_subscription(at=day(1, 1))
    subscription = pause_subscription(subscription, at=day(3, 10))
    assert timezone.localtime(subscription.paused_at).isoformat() == "2025-04-01T00:00:00+02:00"
    subscription = resume_subscription(subscription, at=day(6, 1))
    assert life(subscription) == [("start", "01-01", 50), ("pause", "04-01", 0), ("resume", "06-01", 50)]
    assert subscription.paused_at is None


def test_a_pause_can_begin_at_once():
    subscription = pause_subscription(make_subscription(), at=day(3, 10), effective_at=day(3, 10))
    assert life(subscription)[-1] == ("pause", "03-10", 0)


def test_a_pause_that_has_not_begun_is_taken_back_by_resuming():
    subscription = pause_subscription(make_subscription(), at=day(3, 10))
    subscription = resume_subscription(subscription, at=day(3, 20))
    assert life(subscription) == [("start", "01-01", 50)]


def test_what_is_paused_is_not_paused_again_and_what_runs_not_resumed():
    subscription = make_subscription()
    with refused("at", "not-resume"):
        resume_subscription(subscription, at=day(2, 1))
    pause_subscription(subscription, at=day(3, 10))
    with refused("at", "not-pause"):
        pause_subscription(subscription, at=day(5, 10))
    assert subscription.events.count() == 2


def test_a_change_while_paused_counts_from_the_resume():
    subscription = pause_subscription(make_subscription(), at=day(3, 10))
    subscription = change_subscription(subscription, price=Decimal(70), at=day(5, 1))
    subscription = resume_subscription(subscription, at=day(6, 1))
    assert [mrr for _, _, mrr in life(subscription)] == [50, 0, 0, 70]


def test_a_change_told_late_holds_until_the_next_one():
    subscription = make_subscription(quantity=1)
    subscription = change_subscription(subscription, quantity=5, at=day(6, 1))
    subscription = change_subscription(subscription, quantity=3, at=day(3, 1))
    assert life(subscription) == [("start", "01-01", 50), ("change", "03-01", 150), ("change", "06-01", 250)]
    assert (subscription.quantity, subscription.mrr) == (5, 250)


def test_a_change_told_late_leaves_terms_that_were_imported_later():
    subscription = make_subscription()
    subscription.events.create(kind="change", at=day(6, 1), mrr=Decimal(80), quantity=1)
    subscription = change_subscription(subscription, price=Decimal(60), at=day(3, 1))
    assert [mrr for _, _, mrr in life(subscription)] == [50, 60, 80]
    assert subscription.price == 50


def test_a_change_told_late_reaches_the_resume_after_it():
    subscription = pause_subscription(make_subscription(), at=day(3, 10))
    subscription = resume_subscription(subscription, at=day(6, 1))
    subscription = change_subscription(subscription, price=Decimal(60), at=day(2, 1))
    assert [mrr for _, _, mrr in life(subscription)] == [50, 60, 0, 60]
    assert subscription.price == 60


def test_a_new_owner_is_noted_with_the_day():
    old, new = make_user("old"), make_user("new")
    subscription = change_subscription(make_subscription(owner=old), owner=new, at=day(4, 1), by=new)
    assert [(event.owner, event.mrr) for event in subscription.events.all()] == [(old, 50), (new, 50)]


def test_another_plan_brings_its_list_price_unless_another_is_agreed():
    plan = Plan.objects.create(code="pro", name="Pro", price=1200, interval="year")
    subscription = change_subscription(make_subscription(), plan=plan, at=day(2, 1))
    assert (subscription.price, subscription.interval, subscription.mrr) == (1200, "year", 100)
    subscription = change_subscription(subscription, plan=plan, price=Decimal(600), at=day(3, 1))
    assert life(subscription)[-1] == ("change", "03-01", 50)


def test_a_trial_is_worth_nothing_until_it_ends():
    customer = make_customer()
    subscription = make_subscription(customer, at=day(1, 1), trial_ends_at=day(1, 15))
    assert life(subscription) == [("start", "01-01", 0), ("change", "01-15", 50)]
    assert customer.lifecycle_events.get().at == day(1, 15)


def test_a_trial_that_ended_overnight_makes_a_customer_on_the_day_it_ended():
    customer = make_customer()
    lead = make_lead(customer=customer, at=day(1, 1))
    with time_machine.travel(day(1, 10), tick=False):
        make_subscription(customer, at=day(1, 1), trial_ends_at=day(1, 15))
        assert acquire_after_trials() == 0
    with time_machine.travel(day(1, 16), tick=False):
        notice_first_payments()
        assert acquire_after_trials() == 0
    customer.refresh_from_db()
    lead.refresh_from_db()
    assert (customer.lifecycle, customer.lifecycle_events.get().at) == ("customer", day(1, 15))
    assert lead.converted_at == day(1, 15)


def test_a_change_during_a_trial_counts_when_the_trial_ends():
    subscription = make_subscription(at=day(1, 1), trial_ends_at=day(1, 15))
    subscription = change_subscription(subscription, quantity=2, at=day(1, 10))
    assert [mrr for _, _, mrr in life(subscription)] == [0, 0, 100]


def test_a_trial_cancelled_never_is_worth_anything():
    customer = make_customer()
    subscription = make_subscription(customer, at=day(1, 1), trial_ends_at=day(1, 15))
    subscription = request_cancel(subscription, at=day(1, 10))
    assert life(subscription) == [("start", "01-01", 0), ("cancel_requested", "01-10", 0), ("end", "01-15", 0)]


def test_a_cancelled_subscription_ends_with_what_is_paid_for():
    subscription = request_cancel(make_subscription(at=day(1, 31)), at=day(2, 3), reason="price")
    assert life(subscription) == [("start", "01-31", 50), ("cancel_requested", "02-03", 50), ("end", "02-28", 0)]
    assert subscription.cancel_requested_at == day(2, 3)
    assert subscription.events.get(kind="end").reason == "price"
    with refused("at", "ended"):
        request_cancel(subscription, at=day(2, 4))


def test_a_cancelled_contract_ends_with_its_term():
    subscription = start_subscription(
        Subscription(customer=make_customer(), price=50), at=day(1, 1), term_ends_on=date(2026, 1, 1)
    )
    subscription = request_cancel(subscription, at=day(3, 3))
    assert timezone.localtime(subscription.ended_at).isoformat() == "2026-01-01T00:00:00+01:00"


def test_a_cancellation_is_taken_back_while_the_subscription_runs():
    with time_machine.travel(datetime(2025, 3, 10, 12, tzinfo=UTC), tick=False):
        subscription = request_cancel(make_subscription())
        subscription = keep_subscription(subscription)
    assert (subscription.cancel_requested_at, subscription.ended_at) == (None, None)
    assert [kind for kind, _, _ in life(subscription)] == ["start", "cancel_requested"]
    with refused("cancel_requested_at", "not-cancelled"):
        keep_subscription(subscription)


def test_an_end_replaces_a_later_end_that_was_planned():
    with time_machine.travel(datetime(2025, 3, 10, 12, tzinfo=UTC), tick=False):
        subscription = request_cancel(make_subscription())
        subscription = end_subscription(subscription, is_involuntary=True, reason="card expired")
    assert [row[0] for row in life(subscription)] == ["start", "cancel_requested", "end"]
    assert subscription.events.get(kind="end").is_involuntary
    assert subscription.ended_at == datetime(2025, 3, 10, 12, tzinfo=UTC)


def test_nothing_happens_to_a_subscription_after_its_end():
    subscription = end_subscription(make_subscription(), at=day(5, 1))
    with refused("at", "ended"):
        end_subscription(subscription, at=day(6, 1))
    for verb in (pause_subscription, change_subscription):
        with refused("at", f"not-{verb.__name__.split('_')[0]}"):
            verb(subscription, at=day(6, 1))
    with refused("at", "not-change"):
        changed = change_subscription(make_subscription(), price=Decimal(60), at=day(6, 1))
        end_subscription(changed, at=day(5, 1))


def test_a_change_told_after_the_end_but_from_before_it_is_taken():
    subscription = end_subscription(make_subscription(), at=day(5, 1))
    subscription = change_subscription(subscription, price=Decimal(60), at=day(4, 1))
    assert life(subscription) == [("start", "01-01", 50), ("change", "04-01", 60), ("end", "05-01", 0)]
    assert subscription.ended_at == day(5, 1)


def test_cancelling_one_of_two_leaves_the_other_running():
    customer = make_customer()
    one, other = make_subscription(customer), make_subscription(customer)
    end_subscription(one, at=day(5, 1))
    assert list(Subscription.objects.paying()) == [other]
    assert list(Subscription.objects.ended()) == [one]


def test_a_renewal_is_as_long_as_the_term_before_and_right_after_it():
    subscription = start_subscription(
        Subscription(customer=make_customer(), price=50), at=day(1, 1, year=2024), term_ends_on=date(2025, 1, 1)
    )
    term = renew_subscription(subscription, at=day(12, 15, year=2024))
    old = term.renews
    assert (term.starts_on, term.ends_on, term.mrr) == (date(2025, 1, 1), date(2026, 1, 1), 50)
    assert (old.renewed_by, old.renewed_at) == (term, day(12, 15, year=2024))


def test_a_subscription_without_a_term_or_with_an_end_is_not_renewed():
    subscription = make_subscription()
    with refused("terms", "no-term"):
        renew_subscription(subscription)
    with refused("at", "ended"):
        renew_subscription(end_subscription(subscription))


def test_odd_terms_are_refused():
    with refused("price", "below-zero"):
        make_subscription(price=Decimal(-1))
    with refused("discount", "out-of-range"):
        change_subscription(make_subscription(), discount=Decimal("1.5"))
    with refused("trial_ends_at", "too-early"):
        make_subscription(at=day(2, 1), trial_ends_at=day(1, 1))


@pytest.mark.parametrize(
    ("terms", "mrr"),
    [
        ({"price": 1200, "interval": "year"}, "100"),
        ({"price": 120, "interval": "year", "discount": Decimal("0.1")}, "9"),
        ({"price": 300, "interval_count": 3}, "100"),
        ({"price": 10, "interval": "week"}, "43.333333"),
        ({"price": 1, "interval": "day", "quantity": 12}, "365"),
    ],
)
def test_a_price_is_brought_to_a_month(terms, mrr):
    """Catalogue T018, T019 and K36."""
    assert make_subscription(**terms).events.get().mrr == Decimal(mrr)


def test_months_are_added_as_people_count_them():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert as_long_again(date(2024, 1, 1), date(2024, 4, 1)) == date(2024, 7, 1)
    assert as_long_again(date(2024, 1, 1), date(2024, 1, 11)) == date(2024, 1, 21)
