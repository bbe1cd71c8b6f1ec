"""Questions about many sales records, in the words of the trade: what a row is, spelled once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db.models import (
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, Greatest, Least, RowNumber
from django.utils import timezone

from customers.choices import ActivityKind
from customers.record import RecordQuerySet
from sales.choices import CostCategory, LeadStatus, OrderStatus, Outcome, StageKind, Standing
from sales.told import ToldQuerySet

WON = Q(outcome=Outcome.WON)
LOST = Q(outcome=Outcome.LOST)
OPEN = Q(outcome=Outcome.OPEN)
CLOSED = WON | LOST
PAID = Q(status=OrderStatus.PAID)

# Where a lead stands, as `Lead.status` reads it from one row.
CONVERTED = Q(converted_at__isnull=False)
DISQUALIFIED = Q(converted_at=None, disqualified_at__isnull=False)
PURSUED = Q(converted_at=None, disqualified_at=None)
LEAD_STATUS = {
    LeadStatus.NEW: PURSUED & Q(qualified_at=None, first_contacted_at=None),
    LeadStatus.CONTACTED: PURSUED & Q(qualified_at=None, first_contacted_at__isnull=False),
    LeadStatus.QUALIFIED: PURSUED & Q(qualified_at__isnull=False),
    LeadStatus.DISQUALIFIED: DISQUALIFIED,
    LeadStatus.CONVERTED: CONVERTED,
}


class DealQuerySet(RecordQuerySet):
    def won(self) -> Self:
        return self.filter(WON)

    def lost(self) -> Self:
        return self.filter(LOST)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def genuine(self) -> Self:
        """Deals that were a chance: not lost as a duplicate of another."""
        return self.exclude(lost_reason__is_duplicate=True)

    def closed(self) -> Self:
        """Genuine deals with an outcome."""
        return self.genuine().filter(CLOSED)

    def overdue(self) -> Self:
        """Open deals that should have closed by now."""
        return self.open().filter(expected_close_on__lt=timezone.localdate())

    def with_credit(self) -> Self:
        """Each deal with `credit`: who it counts for, the owner at closing, else the owner."""
        return self.annotate(credit=Coalesce("credited_to", "owner"))

    def with_first_year(self) -> Self:
        """Each deal with `first_year`: its value in the first year, the whole amount where no other is known."""
        return self.annotate(first_year=Coalesce("first_year_amount", "amount"))

    def with_steps(self) -> Self:
        """Each deal with `one_more` and `one_less`: what it adds to those open, and takes from them."""
        return self.annotate(one_more=Value(1), one_less=Value(-1))

    def by_stage_reached(self) -> Self:
        """Each deal once for every open stage it `reached` or passed, with `moved_on`: whether it went further."""
        in_pipeline = {"deal": OuterRef("pk"), "to_stage__pipeline": OuterRef("pipeline"), "to_stage__kind": "open"}
        stays = apps.get_model("sales", "StageChange").objects.filter(**in_pipeline)
        each = self.annotate(
            reached=F("pipeline__stages"),
            reached_kind=F("pipeline__stages__kind"),
            reached_position=F("pipeline__stages__position"),
        ).filter(reached_kind=StageKind.OPEN)
        there = Exists(stays.filter(to_stage__position__gte=OuterRef("reached_position")))
        further = Exists(stays.filter(to_stage__position__gt=OuterRef("reached_position")))
        return each.annotate(moved_on=Q(WON | further)).filter(WON | there)

    def with_stay(self) -> Self:
        """Each deal with `stage_since`: when it entered the stage it is in."""
        stays = apps.get_model("sales", "StageChange").objects.filter(deal=OuterRef("pk"), left_at=None)
        return self.annotate(stage_since=Subquery(stays.values("at")[:1]))

    def with_last_step(self) -> Self:
        """Each deal with `stirred_at`: when it entered its stage, or something more than a note was done about it."""
        about = {"about_type__app_label": "sales", "about_type__model": "deal", "about_id": OuterRef("pk")}
        done = apps.get_model("customers", "Activity").objects.filter(done_at__isnull=False, **about)
        last = done.exclude(kind=ActivityKind.NOTE).order_by("-done_at").values("done_at")[:1]
        return self.with_stay().annotate(stirred_at=Greatest("created_at", "stage_since", Subquery(last)))

    def idle(self, *, since: datetime) -> Self:
        """Open deals that nothing has happened to since then, however long ago they were opened."""
        return self.open().with_last_step().filter(stirred_at__lt=since)


class StageQuerySet(RecordQuerySet):
    def open(self) -> Self:
        return self.filter(kind=StageKind.OPEN)


class StageChangeQuerySet(RecordQuerySet):
    def ended(self) -> Self:
        """Stays in a stage that are over."""
        return self.filter(left_at__isnull=False)

    def genuine(self) -> Self:
        """Stays of deals that were a chance."""
        return self.exclude(deal__lost_reason__is_duplicate=True)

    def working(self) -> Self:
        """Stays in a stage where there was something to do: not in won or lost."""
        return self.filter(to_stage__kind=StageKind.OPEN)

    def current(self) -> Self:
        return self.filter(left_at=None)


AMOUNT = DecimalField(max_digits=24, decimal_places=6)


class StayAmountQuerySet(RecordQuerySet):
    def of_chances(self) -> Self:
        """Of stays of deals that were a chance, in a stage where there was something to do."""
        return self.filter(stay__to_stage__kind=StageKind.OPEN).exclude(deal__lost_reason__is_duplicate=True)

    def over(self) -> Self:
        return self.filter(until_at__isnull=False)

    def in_other_currencies(self) -> Self:
        return self.exclude(deal__currency=settings.REPORTING_CURRENCY)

    def with_worth(self) -> Self:
        """Each with `worth`, its amount, and `likely`, that times the chance of winning from the stage.

        `worth_gone` and `likely_gone` are what leaves the stage again.
        """
        worth = Coalesce("amount", 0, output_field=AMOUNT)
        chance = F("stay__to_stage__probability")
        return self.annotate(
            worth=worth,
            likely=ExpressionWrapper(worth * chance, output_field=AMOUNT),
            worth_gone=ExpressionWrapper(worth * -1, output_field=AMOUNT),
            likely_gone=ExpressionWrapper(worth * chance * -1, output_field=AMOUNT),
        )


class LeadQuerySet(RecordQuerySet):
    def genuine(self) -> Self:
        """Leads that count: no spam, no duplicate, not somebody who was a customer already."""
        return self.filter(is_spam=False, duplicate_of=None, was_customer=False)

    def answerable(self) -> Self:
        """Genuine leads that somebody was waiting on."""
        return self.genuine().filter(entered_by_staff=False)

    def answered(self) -> Self:
        return self.answerable().filter(first_contacted_at__isnull=False)

    def converted(self) -> Self:
        return self.genuine().filter(CONVERTED)

    def pursued(self) -> Self:
        """Leads somebody should still work on."""
        return self.filter(PURSUED)

    def waiting_for_payment(self, at: datetime) -> Self:
        """Leads that a payment at this moment converts: those not yet converted, or converted by a later one."""
        late = Q(converted_at=None) | Q(converted_at__gt=at)
        return self.genuine().filter(late, disqualified_at=None, created_at__lte=at)


class OrderQuerySet(RecordQuerySet):
    def paid(self) -> Self:
        return self.filter(PAID)

    def with_net(self) -> Self:
        """Each order with `net`: the sum of its lines."""
        lines = apps.get_model("sales", "OrderLine").objects.filter(order=OuterRef("pk")).order_by()
        total = lines.values("order").annotate(total=Sum("net")).values("total")
        amount = DecimalField(max_digits=24, decimal_places=6)
        return self.annotate(net=Coalesce(Subquery(total, output_field=amount), 0, output_field=amount))

    def charged(self) -> Self:
        """Paid orders that cost something."""
        return self.paid().with_net().filter(net__gt=0)


def sells() -> Exists:
    """Whether the person of a team membership ever had a deal of their own."""
    theirs = Q(owner=OuterRef("user")) | Q(credited_to=OuterRef("user"))
    return Exists(apps.get_model("sales", "Deal").objects.filter(theirs))


def bought_since(window: timedelta) -> Exists:
    """Whether the customer of a visit placed a paid order within the window, and paid no later visit before it.

    A visit that is not counted takes no order from one that is.
    """
    visits = apps.get_model("customers", "Visit").objects.human()
    here = OuterRef(OuterRef("started_at"))
    later = visits.filter(
        Q(started_at__gt=here) | Q(started_at=here, pk__gt=OuterRef(OuterRef("pk"))),
        customer=OuterRef("customer"),
        started_at__lte=OuterRef("placed_at"),
    )
    orders = apps.get_model("sales", "Order").objects.filter(PAID, customer=OuterRef("customer"))
    since = orders.filter(placed_at__gte=OuterRef("started_at"), placed_at__lt=OuterRef("started_at") + window)
    return Exists(since.exclude(Exists(later)))


# How long a new subscriber's purchases count as those of a new customer.
NEW_FOR = timedelta(days=30)


def of_a_newcomer() -> Q:
    """The first purchase of a customer, or one within 30 days of somebody's start as a subscriber.

    Who is told to have been a customer before is not new. Asked of rows of an order: its lines and refunds.
    """
    buyer, placed_at = OuterRef("order__customer"), OuterRef("order__placed_at")
    orders = apps.get_model("sales", "Order").objects.filter(PAID, customer=buyer)
    events = apps.get_model("sales", "SubscriptionEvent").objects.filter(subscription__customer=buyer, mrr__gt=0)
    subscribes = Exists(events.filter(at__lte=placed_at))
    long_since = Exists(events.filter(at__lt=placed_at - NEW_FOR)) | Exists(
        orders.filter(placed_at__lt=placed_at - NEW_FOR)
    )
    first = Q(~subscribes, ~Exists(orders.filter(placed_at__lt=placed_at)), is_told_new())
    return first | Q(subscribes, ~long_since, is_told_new(NEW_FOR))


def is_told_new(within: timedelta = timedelta()) -> Q:
    """Whether nobody told that the customer of an order was one before the day it was placed, or long before."""
    told = F("order__customer__acquired_on")
    return Q(order__customer__acquired_on=None) | Q(order__placed_at__date__lte=told + within)


class OrderLineQuerySet(RecordQuerySet):
    def of(self, customers: Iterable[int]) -> Self:
        """Lines of the orders of these customers."""
        return self.filter(order__customer__in=customers)

    def paid(self) -> Self:
        return self.filter(order__status=OrderStatus.PAID)

    def of_new_lines(self) -> Self:
        """Lines of products from a product line their customer had neither bought nor subscribed to before."""
        customer, line, at = OuterRef("order__customer"), OuterRef("product__line"), OuterRef("order__placed_at")
        earlier = {"order__customer": customer, "product__line": line, "order__placed_at__lt": at}
        bought = apps.get_model("sales", "OrderLine").objects.filter(order__status=OrderStatus.PAID, **earlier)
        standing = apps.get_model("sales", "Subscription").objects.filter(
            customer=customer, plan__product__line=line, started_at__lt=at
        )
        return self.paid().filter(~Exists(bought), ~Exists(standing), product__line__isnull=False)

    def by_product_line(self) -> Self:
        """One line of each paid order for every product line it holds, with `together`: what it holds of that."""
        alike = [F("order"), F("product__line")]
        numbered = self.paid().annotate(
            nth=Window(RowNumber(), partition_by=alike, order_by="pk"),
            together=Window(Sum("net"), partition_by=alike),
        )
        return numbered.filter(nth=1)

    def of_newcomers(self) -> Self:
        """Lines of the paid orders that customers placed while they were new."""
        return self.paid().filter(of_a_newcomer())


class RefundQuerySet(RecordQuerySet):
    def of(self, customers: Iterable[int]) -> Self:
        """Refunds of the orders of these customers."""
        return self.filter(order__customer__in=customers)

    def paid(self) -> Self:
        """Refunds of orders that count."""
        return self.filter(order__status=OrderStatus.PAID)

    def of_newcomers(self) -> Self:
        """Refunds of the orders that customers placed while they were new."""
        return self.paid().filter(of_a_newcomer())


class CartQuerySet(RecordQuerySet):
    def bought(self) -> Self:
        """Carts that became an order."""
        return self.filter(order__isnull=False)

    def left(self) -> Self:
        """Carts that did not, so far."""
        return self.filter(order=None)


class SubscriptionQuerySet(RecordQuerySet):
    def of_new_lines(self) -> Self:
        """Subscriptions to a product line their customer had neither bought nor subscribed to before."""
        customer, line, at = OuterRef("customer"), OuterRef("plan__product__line"), OuterRef("started_at")
        bought = apps.get_model("sales", "OrderLine").objects.filter(
            order__status=OrderStatus.PAID, order__customer=customer, product__line=line, order__placed_at__lt=at
        )
        earlier = apps.get_model("sales", "Subscription").objects.filter(
            customer=customer, plan__product__line=line, started_at__lt=at
        )
        return self.filter(~Exists(bought), ~Exists(earlier), plan__product__line__isnull=False)

    def ended(self) -> Self:
        return self.filter(ended_at__lte=timezone.now())

    def alive(self) -> Self:
        """Subscriptions that have begun and not ended, paused ones and trials included."""
        now = timezone.now()
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=now), started_at__lte=now)

    def leaving(self) -> Self:
        """Still alive, and cancelled."""
        return self.alive().filter(cancel_requested_at__isnull=False)

    def on_trial(self) -> Self:
        return self.alive().filter(trial_ends_at__gt=timezone.now())

    def paused(self) -> Self:
        return self.alive().filter(paused_at__lte=timezone.now())

    def paying(self) -> Self:
        """Alive, not on trial, not paused."""
        now = timezone.now()
        return self.alive().filter(
            Q(trial_ends_at=None) | Q(trial_ends_at__lte=now), Q(paused_at=None) | Q(paused_at__gt=now)
        )

    def standing(self, standing: Standing) -> Self:
        """Those of which `Subscription.standing` says this."""
        staying = self.filter(cancel_requested_at=None)
        return {
            Standing.ENDED: self.ended,
            Standing.LEAVING: self.leaving,
            Standing.PAUSED: staying.paused,
            Standing.TRIAL: staying.filter(Q(paused_at=None) | Q(paused_at__gt=timezone.now())).on_trial,
            Standing.RUNNING: staying.paying,
        }[standing]()


class SubscriptionEventQuerySet(RecordQuerySet):
    def in_order(self) -> Self:
        return self.order_by("subscription", F("at"), F("id"))

    def raises(self) -> Self:
        """Changes a customer agreed to after which a running subscription is worth more; a price of ours is none."""
        before = apps.get_model("sales", "SubscriptionEvent").objects.filter(
            subscription=OuterRef("subscription"), at__lt=OuterRef("at")
        )
        last = Subquery(before.order_by("-at", "-id").values("mrr")[:1])
        changes = self.annotate(before=last).filter(kind="change", before__gt=0, mrr__gt=F("before"))
        return changes.exclude(reason__iexact="price")

    def paying(self) -> Self:
        """Events after which money comes in."""
        return self.filter(mrr__gt=0)


GRACE = timedelta(days=30)
NO_TERM = timedelta(days=31)
RENEWED = Q(renewed_by__isnull=False, renewed_at__date__lte=F("ends_on") + GRACE)


class TermQuerySet(RecordQuerySet):
    def contracted(self) -> Self:
        """Terms of more than a month: who pays from month to month has nothing to renew, only to end."""
        return self.filter(ends_on__gt=F("starts_on") + NO_TERM)

    def renewed_in_time(self) -> Self:
        """Terms renewed by 30 days after their end, with `kept`: what of their MRR goes on, growth left out."""
        return self.contracted().filter(RENEWED).annotate(kept=Least("mrr", "renewed_by__mrr"))

    def renewed(self) -> Self:
        return self.filter(renewed_by__isnull=False)


class OfferQuerySet(RecordQuerySet):
    def accepted(self) -> Self:
        return self.filter(accepted_at__isnull=False)

    def declined(self) -> Self:
        return self.filter(declined_at__isnull=False)

    def waiting(self) -> Self:
        return self.filter(accepted_at=None, declined_at=None)


class QuotaQuerySet(RecordQuerySet):
    def on(self, day: date) -> Self:
        """The quotas that hold on a day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def binding(self) -> Self:
        """Personal quotas, and those of teams no member of which has one meanwhile: no target counts twice."""
        in_the_team = apps.get_model("customers", "TeamMembership").objects.filter(
            Q(left_on=None) | Q(left_on__gt=Greatest(OuterRef("starts_on"), OuterRef(OuterRef("starts_on")))),
            user=OuterRef("owner"),
            team=OuterRef(OuterRef("team")),
            joined_on__lte=Least(OuterRef("ends_on"), OuterRef(OuterRef("ends_on"))),
        )
        personal = apps.get_model("sales", "Quota").objects.filter(
            Exists(in_the_team),
            starts_on__lte=OuterRef("ends_on"),
            ends_on__gte=OuterRef("starts_on"),
            basis=OuterRef("basis"),
        )
        return self.filter(Q(team=None) | ~Exists(personal))


class CampaignRecipientQuerySet(RecordQuerySet):
    def delivered(self) -> Self:
        return self.filter(bounced_at=None)

    def responded(self) -> Self:
        return self.delivered().filter(responded_at__isnull=False)


class CostQuerySet(RecordQuerySet):
    def to_acquire(self) -> Self:
        """What we spent to win customers."""
        return self.filter(category__in=[CostCategory.MARKETING, CostCategory.SALES])

    def to_retain(self) -> Self:
        return self.filter(category=CostCategory.RETENTION)

    def for_crm(self) -> Self:
        return self.filter(category=CostCategory.CRM)


class AcquisitionQuerySet(ToldQuerySet):
    def with_line(self) -> Self:
        """Each with `line`: the product line of the plan, or of the largest line of the order, that came first."""
        lines = apps.get_model("sales", "OrderLine").objects.filter(order=OuterRef("order"))
        largest = lines.order_by("-net", "pk").values("product__line__code")[:1]
        return self.annotate(line=Coalesce(F("plan__product__line__code"), Subquery(largest)))


class CustomerStateQuerySet(ToldQuerySet):
    def by_subscription(self) -> Self:
        return self.filter(basis="subscription")

    def by_payment(self) -> Self:
        return self.filter(basis="paying")

    def by_orders(self) -> Self:
        return self.filter(basis="orders")


class MrrRevaluationQuerySet(ToldQuerySet):
    def in_other_currencies(self) -> Self:
        return self.exclude(currency=settings.REPORTING_CURRENCY)
