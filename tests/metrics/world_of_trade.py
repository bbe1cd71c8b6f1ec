"""What the small company's customers sign, are offered, put into carts and are sent."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from metrics.models.lifetime import LifetimeEstimate
from metrics.models.manual import ManualMeasure, ManualValue
from sales.models import Lead, Subscription
from tests.makers import (
    make_cart,
    make_cost,
    make_email_subscription,
    make_key_event,
    make_offer,
    make_recipient,
    make_term,
    make_touch,
    make_visit,
)

BEFORE = datetime(2024, 12, 3, 12, tzinfo=UTC)


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=UTC)


def tell(world: Any) -> None:
    contracts(world)
    shop(world)
    website(world)
    touched(world)
    estimated(world)


def estimated(world: Any) -> None:
    """What two months' ends expected of some; one customer, soon to be merged into another, among them."""
    for month, day in ((2, 28), (3, 31)):
        for customer, worth in ((world.acme, 400), (world.elm, 90), (world.bolt, 150), (world.test, 9_000)):
            told = {"estimated_on": date(2025, month, day), "began_on": date(2025, 1, 12), "alive": 0.5}
            LifetimeEstimate.objects.create(customer=customer, worth=Decimal(worth + month), **told)


def website(world: Any) -> None:
    """Three visitors, one of whom comes back and buys; a bot; addresses that stay, leave and come back."""
    found = {"channel": "paid", "landing": "/pricing", "country": "DE", "device": "mobile", "campaign": "spring"}
    first = make_visit(visitor_key="one", started_at=at(2, 1, 9), customer=world.gone, **found)
    make_key_event(visit=first, kind="signup", at=at(2, 1, 9))
    back = make_visit(visitor_key="one", started_at=at(2, 24), customer=world.gone)
    make_key_event(visit=back, kind="Bought", at=at(2, 24))
    make_visit(visitor_key="two", started_at=at(2, 3))
    make_visit(visitor_key="three", started_at=at(2, 28, 23), customer=world.clara)
    make_visit(visitor_key="four", started_at=at(2, 4), is_bot=True)
    news = {"mailing_list": "news", "campaign": "spring"}
    make_email_subscription(email="a@example.com", customer=world.acme, subscribed_at=BEFORE, **news)
    make_email_subscription(subscribed_at=BEFORE, ended_at=at(2, 9), end_reason="unsubscribe", **news)
    left = {"email": "c@example.com", "subscribed_at": BEFORE, "ended_at": at(2, 10), "end_reason": "hard_bounce"}
    make_email_subscription(**left, **news)
    make_email_subscription(email="C@example.com", subscribed_at=at(2, 20), **news)
    make_email_subscription(email="a@example.com", mailing_list="tips", subscribed_at=at(2, 3))


def touched(world: Any) -> None:
    """Bolt's order of 3 February follows three touches, one of them of the lead; one of last year is too old."""
    lead = Lead.objects.filter(customer=world.bolt).first()
    make_touch(customer=world.bolt, campaign=world.spring, at=at(1, 20))
    make_touch(customer=None, lead=lead, channel="event", at=at(1, 5))
    make_touch(customer=world.bolt, channel="email", at=at(2, 2))
    make_touch(customer=world.bolt, channel="web", at=datetime(2024, 10, 1, tzinfo=UTC))
    make_touch(customer=world.clara, channel="web", at=at(3, 20))
    saved = ManualMeasure.objects.create(
        key="crm_gain_measured", title="Saved by the CRM", definition="Time.", unit="money"
    )
    ManualValue.objects.create(
        measure=saved, starts_on=date(2025, 2, 1), ends_on=date(2025, 2, 28), value=Decimal(500)
    )


def contracts(world: Any) -> None:
    """Two terms end in February, one of them renewed for more; a third from month to month; three offers."""
    running = {s.customer: s for s in Subscription.objects.select_related("customer")}
    year = {"starts_on": date(2024, 2, 1), "ends_on": date(2025, 2, 15)}
    renewed = make_term(subscription=running[world.acme], starts_on=date(2025, 2, 15), mrr=Decimal(150))
    make_term(subscription=running[world.acme], mrr=Decimal(100), renewed_by=renewed, renewed_at=at(2, 1), **year)
    make_term(subscription=running[world.bolt], mrr=Decimal(200), **year)
    make_term(subscription=running[world.hugo], starts_on=date(2025, 1, 10), ends_on=date(2025, 2, 10))
    make_offer(customer=world.acme, product=world.app, owner=world.ana, made_at=at(2, 3), accepted_at=at(2, 9))
    make_offer(customer=world.bolt, product=world.drill, kind="cross_sell", made_at=at(2, 4), declined_at=at(2, 5))
    make_offer(customer=world.clara, made_at=at(3, 4))
    make_cost(category="retention", amount=Decimal(60), starts_on=date(2025, 2, 5), segment="smb")


def shop(world: Any) -> None:
    """Carts bought at once, left for good and bought days later; a campaign's mails."""
    bought = world.sell(world.dorn, at(2, 6), (world.app, 15, 5))
    late = world.sell(world.ivy, at(2, 12), (world.app, 9, 4))
    found = {"channel": "paid", "country": "DE", "device": "mobile"}
    make_cart(created_at=at(2, 5), last_activity_at=at(2, 6, 11), order=bought, customer=world.dorn, **found)
    make_cart(created_at=at(2, 8), last_activity_at=at(2, 8), order=late, customer=world.ivy)
    make_cart(created_at=at(2, 9), last_activity_at=at(2, 9))
    sent = {"campaign": world.spring, "sent_at": at(2, 4)}
    make_recipient(customer=world.acme, responded_at=at(2, 5), **sent)
    make_recipient(customer=world.bolt, responded_at=at(2, 25), **sent)
    make_recipient(**sent)
    make_recipient(customer=world.elm, bounced_at=at(2, 4, 13), **sent)
