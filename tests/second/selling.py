"""A small company that sells by chance: deals, orders, what it spends, and who its customers are."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from customers.models import Customer
from customers.services import merge_customers
from sales.models import AmountChange, Cost, Deal, FxRate, Offer, OrderLine, Quota, Refund, StageChange, Touch
from tests import makers
from tests.second.chance import FIRST, Chance

CATEGORIES = ("marketing", "marketing", "sales", "retention", "crm", "other")
BASES = ("total", "first_year", "mrr")


class Company:
    """A few people, products and customers, of whom one is only a test and two turn out to be one."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.people = [makers.make_user() for _ in range(4)]
        self.teams = [makers.make_team() for _ in range(2)]
        self.lines = [makers.make_line() for _ in range(3)]
        self.products = [makers.make_product(line=chance.one([*self.lines, None])) for _ in range(5)]
        self.pipelines = [self.pipeline() for _ in range(2)]
        self.reasons = [makers.make_lost_reason(is_duplicate=bool(number)) for number in range(2)]
        self.campaigns = [makers.make_campaign() for _ in range(2)]
        self.customers = [self.customer(is_test=number == 6) for number in range(7)]

    def tell(self) -> None:
        self.rates()
        self.memberships()
        for _ in self.chance.times(5, 25):
            self.deal()
        for _ in self.chance.times(5, 25):
            self.order()
        self.spend()
        self.touch()
        self.offer()

    def end(self) -> None:
        merge_customers(self.customers[0], self.customers[1])

    def customer(self, *, is_test: bool) -> Customer:
        told = self.chance.day() if self.chance.maybe(0.3) else None
        campaign = self.chance.one(["", self.campaigns[0].code])
        return makers.make_customer(is_test=is_test, acquired_on=told, acquisition_campaign=campaign)

    def pipeline(self) -> Any:
        pipeline = makers.make_pipeline()
        for stage in pipeline.stages.filter(kind="open"):
            stage.probability = self.chance.amount(1)
            stage.save()
        return pipeline

    def anybody(self) -> Customer:
        return self.chance.one(self.customers)

    def rates(self) -> None:
        for base in ("USD", "GBP"):
            days = {FIRST - timedelta(days=700), *(self.chance.day() for _ in self.chance.times(0, 9))}
            worth = (Decimal(self.chance.dice.randrange(700_000, 1_300_000)) / 1_000_000 for _ in days)
            FxRate.objects.bulk_create(
                FxRate(base=base, quote="EUR", on=on, rate=rate) for on, rate in zip(sorted(days), worth, strict=True)
            )

    def memberships(self) -> None:
        for user in self.people[:3]:
            joined = self.chance.day()
            left = joined + timedelta(days=self.chance.dice.randrange(1, 200))
            makers.make_membership(user=user, team=self.chance.one(self.teams), joined_on=joined, left_on=left)
            if self.chance.maybe(0.5):
                makers.make_membership(user=user, team=self.chance.one(self.teams), joined_on=left)

    # ── Deals ───────────────────────────────────────────────────────────────────────────────────────────────────

    def deal(self) -> None:
        """A deal that goes to and fro between stages, closes or does not, and may come back to life."""
        pipeline = self.chance.one(self.pipelines)
        stages = {stage.name: stage for stage in pipeline.stages.all()}
        outcome = self.chance.one(["won", "won", "lost", ""])
        way = [stages[self.chance.one(["New", "Offer", "Contract", "Won", "Lost"])] for _ in self.chance.times(1, 5)]
        way = [*way, stages[outcome.title() or "Offer"]]
        moments = [self.chance.at()]
        for _ in way[1:]:
            moments.append(self.chance.later(moments[-1]))
        deal = Deal.objects.create(
            name="Deal",
            **self.chance.money(most=9_000),
            created_at=moments[0],
            outcome=outcome,
            closed_at=moments[-1] if outcome else None,
            lost_reason=self.chance.one([*self.reasons, None]) if outcome == "lost" else None,
            pipeline=pipeline,
            stage=way[-1],
            kind=self.chance.one(["new", "upsell", "cross_sell", "renewal"]),
            customer=self.chance.one([*self.customers, None]),
            owner=self.chance.one([*self.people, None]),
            first_year_amount=self.chance.one([None, self.chance.amount()]),
        )
        self.stays(deal, way, moments)

    def stays(self, deal: Deal, way: list[Any], moments: list[datetime]) -> None:
        StageChange.objects.bulk_create(
            StageChange(deal=deal, to_stage=stage, at=at, left_at=left_at, amount=self.chance.one([deal.amount, None]))
            for stage, at, left_at in zip(way, moments, [*moments[1:], None], strict=True)
        )
        AmountChange.objects.bulk_create(
            AmountChange(deal=deal, at=self.chance.later(self.chance.one(moments)), amount=self.chance.amount(9_000))
            for _ in self.chance.times(0, 2)
        )

    # ── Orders ──────────────────────────────────────────────────────────────────────────────────────────────────

    def order(self) -> None:
        order = makers.make_order(
            customer=self.anybody(),
            placed_at=self.chance.at(),
            status=self.chance.one(["paid", "paid", "paid", "pending", "cancelled", "void"]),
            currency=self.chance.money()["currency"],
        )
        order.lines.all().delete()
        OrderLine.objects.bulk_create(self.line(order) for _ in self.chance.times(1, 3))
        Refund.objects.bulk_create(
            Refund(order=order, at=self.chance.later(order.placed_at), net=self.chance.amount(90) + 1)
            for _ in self.chance.times(0, 2)
            if self.chance.maybe(0.3)
        )

    def line(self, order: Any) -> OrderLine:
        net = self.chance.amount() if self.chance.maybe(0.9) else Decimal(0)
        cost = self.chance.amount(400) if self.chance.maybe(0.7) else None
        return OrderLine(order=order, product=self.chance.one([*self.products, None]), net=net, cost=cost)

    # ── What it spends and asks for, and whom it speaks to ──────────────────────────────────────────────────────

    def spend(self) -> None:
        for _ in self.chance.times(1, 12):
            first, last = self.stretch()
            campaign = self.chance.one([*self.campaigns, None])
            words = {"category": self.chance.one(CATEGORIES), "campaign": campaign, **self.chance.money(most=9_000)}
            Cost.objects.create(starts_on=first, ends_on=self.chance.one([None, last]), **words)
        for _ in self.chance.times(1, 6):
            first, last = self.stretch()
            who: Any = self.chance.one(
                [{"owner": self.chance.one(self.people)}, {"team": self.chance.one(self.teams)}]
            )
            words = {"basis": self.chance.one(BASES), **self.chance.money(most=9_000), **who}
            words["amount"] += 1
            Quota.objects.create(starts_on=first, ends_on=last, **words)

    def stretch(self) -> tuple[Any, Any]:
        first = self.chance.day()
        return first, first + timedelta(days=self.chance.dice.randrange(120))

    def touch(self) -> None:
        leads = [makers.make_lead(customer=self.chance.one([*self.customers, None])) for _ in range(3)]
        for _ in self.chance.times(0, 20):
            whom: Any = self.chance.one([{"customer": self.anybody()}, {"lead": self.chance.one(leads)}])
            Touch.objects.create(at=self.chance.at(), campaign=self.chance.one([*self.campaigns, None]), **whom)

    def offer(self) -> None:
        for _ in self.chance.times(0, 12):
            made_at = self.chance.at()
            accepted_at = self.chance.one([None, self.chance.later(made_at)])
            Offer.objects.create(customer=self.anybody(), made_at=made_at, accepted_at=accepted_at)
