"""Visitors and mailing lists: examples others published, built as records and asked of the product."""

from datetime import timedelta
from decimal import Decimal

import pytest

from customers.models import EmailSubscription, KeyEvent, Visit
from metrics.measures.website import ListJoins, ListLeaves, Sessions
from tests.makers import make_customer, make_key_event, make_order, make_visit
from tests.metrics.asked import by_member, number, series, settle
from tests.metrics.vectors.crowd import at

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")


def visits(count: int, *, visitors: int = 0) -> list[Visit]:
    """As many visits of 3 March, by as many people unless told otherwise."""
    people = visitors or count
    return Visit.objects.bulk_create(
        Visit(visitor_key=f"v{i % people}", session_key=f"s{i}", started_at=at(3, 3)) for i in range(count)
    )


def goals(some: list[Visit], kind: str) -> None:
    KeyEvent.objects.bulk_create(KeyEvent(visit=visit, kind=kind, at=at(3, 3)) for visit in some)


def test_t049_of_1000_sessions_50_have_a_key_event() -> None:
    goals(visits(1_000)[:50], "signup")
    settle(Sessions)
    assert number("session_conversion", *MARCH) == Decimal("0.05")


def test_t050_several_events_of_a_session_count_once() -> None:
    """20 purchases, 10 of them double, 25 sign-ups and 5 downloads: 5 % in all, 2 % bought."""
    every = visits(1_000)
    goals([*every[:20], *every[:10]], "purchase")
    goals(every[20:45], "signup")
    goals(every[45:50], "download")
    settle(Sessions)
    assert number("session_conversion", *MARCH) == Decimal("0.05")
    assert number("session_purchases", *MARCH) == Decimal("0.02")


def test_t051_users_and_sessions_are_two_bases() -> None:
    goals(visits(15_000, visitors=10_000)[:500], "purchase")
    settle(Sessions)
    assert number("visitor_conversion", *MARCH) == Decimal("0.05")
    assert number("session_conversion", *MARCH, places=4) == Decimal("0.0333")


def test_t052_one_user_two_visits_one_conversion() -> None:
    make_visit(visitor_key="one", started_at=at(3, 3))
    make_key_event(visit=make_visit(visitor_key="one", started_at=at(3, 4)))
    settle(Sessions)
    assert number("session_conversion", *MARCH) == Decimal("0.5")
    assert number("visitor_conversion", *MARCH) == 1


VISITS = (
    (1, ("u0004114", "u0004214", "u0003141", "u0003154")),
    (2, ("u1612112", "u0005432", "u0003452", "u0003452")),
    (3, ("u0042324", "u0005432", "u0005472")),
    (4, ("u0005414",)),
    (6, ("u0004114",)),
    (7, ("u0004114",)),
    (10, ("u0004117",)),
    (12, ("u0003141",)),
)
BUYS = (
    (2, "u0004114"),
    (3, "u0042324"),
    (4, "u0005432"),
    (4, "u0003452"),
    (7, "u1612112"),
    (7, "u0004114"),
    (7, "u0003141"),
    (10, "u0004117"),
)


def test_t061_an_order_belongs_to_the_nearest_visit_within_a_week() -> None:
    """Where visits led to nothing the share is 0; only where there were none is there no share."""
    known: dict[str, object] = {}
    for day, users in VISITS:
        for nth, user in enumerate(users):
            known.setdefault(user, make_customer(user))
            make_visit(customer=known[user], visitor_key=user, started_at=at(1, day, 2020) + timedelta(minutes=nth))
    for day, user in BUYS:
        make_order(customer=known[user], placed_at=at(1, day, 2020, hour=18))
    settle(Sessions)
    shares = series("visits_to_orders", "2020-01-01", "2020-01-13", "day", 4)
    expected = ["0.5", "0.5", "0.6667", "0", None, "0", "1", None, None, "1", None, "0"]
    assert shares == [None if share is None else Decimal(share) for share in expected]


def test_t063_one_visitor_three_channels_two_orders() -> None:
    bob = make_customer("Bob")
    for day, channel in ((1, "social"), (4, "paid"), (7, "partner")):
        make_visit(customer=bob, visitor_key="bob", channel=channel, started_at=at(1, day))
    for day in (2, 7):
        make_order(customer=bob, placed_at=at(1, day, hour=15))
    settle(Sessions)
    january = ("2025-01-01", "2025-02-01")
    shares = by_member("visits_to_orders", *january, "channel")
    assert shares == {"Social media": 1, "Paid advertising": 0, "Partner": 1}
    assert number("visits_to_orders", *january, places=4) == Decimal("0.6667")


@pytest.mark.parametrize(
    ("start", "gone", "rate"),
    [(10_000, 2_525, "0.2525"), (10_000, 150, "0.0150"), (12_000, 800, "0.0667")],
    ids=["t078", "t079", "t079 larger"],
)
def test_email_churn(start: int, gone: int, rate: str) -> None:
    EmailSubscription.objects.bulk_create(
        EmailSubscription(
            email=f"p{i}@example.com",
            mailing_list="news",
            subscribed_at=at(1, 3),
            ended_at=at(3, 9) if i < gone else None,
            end_reason="unsubscribe" if i < gone else "",
        )
        for i in range(start)
    )
    settle(ListJoins, ListLeaves)
    assert number("email_churn", *MARCH, places=4) == Decimal(rate)
    assert number("email_subscribers", *MARCH) == start - gone


def test_an_address_that_comes_back_has_not_left() -> None:
    """Written another way it is still the same; on another list it is another subscription."""
    news = {"mailing_list": "news", "subscribed_at": at(1, 3)}
    left = {"ended_at": at(3, 5), "end_reason": "unsubscribe"}
    EmailSubscription.objects.create(email="ann@example.com", **news, **left)
    EmailSubscription.objects.create(email="Ann@example.com", mailing_list="news", subscribed_at=at(3, 20))
    EmailSubscription.objects.create(email="ann@example.com", mailing_list="tips", subscribed_at=at(1, 3), **left)
    EmailSubscription.objects.create(email="bob@example.com", **news)
    settle(ListJoins, ListLeaves)
    assert number("email_churn", *MARCH, places=4) == Decimal("0.3333")
    assert by_member("email_churn", *MARCH, "mailing_list") == {"news": 0, "tips": 1}


def test_visitors_are_told_apart_by_every_letter_of_their_key() -> None:
    for key in ("Ab", "aB", "aB"):
        make_visit(visitor_key=key, started_at=at(3, 5))
    make_key_event(visit=make_visit(visitor_key="ab", started_at=at(3, 6)))
    settle(Sessions)
    assert number("visitor_conversion", *MARCH, places=4) == Decimal("0.3333")


def test_an_order_belongs_to_one_visit_and_to_one_that_counts() -> None:
    ann = make_customer("Ann")
    for day in (2, 2, 3, 4):  # twice at the same moment, then a day without her consent, then a bot with her name
        make_visit(customer=ann, started_at=at(1, day), has_consent=day != 3, is_bot=day == 4)
    make_order(customer=ann, placed_at=at(1, 5))
    settle(Sessions)
    assert number("visits_to_orders", "2025-01-01", "2025-02-01") == Decimal("0.5")
