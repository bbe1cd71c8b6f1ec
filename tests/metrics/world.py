"""A small company's first quarter of 2025, with something of everything a KPI counts.

Two currencies, refunds, a reopened deal, a pause, a customer described anew, one merged into another, a test customer,
a seller who changes teams, rows of which nothing is known, and corrections that come a night late.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from customers.choices import Role
from customers.models import Customer
from customers.services import describe_customer, merge_customers
from metrics.models import Run
from metrics.periods import Period
from sales.models import Deal, Order, OrderLine, Subscription
from sales.services.deals import lose_deal, move_deal, open_deal, reopen_deal, win_deal
from sales.services.orders import refund_order
from sales.services.subscriptions import (
    change_subscription,
    end_subscription,
    pause_subscription,
    resume_subscription,
    start_subscription,
)
from support.models import Ticket
from tests.makers import (
    make_answer,
    make_campaign,
    make_cost,
    make_customer,
    make_fx_rate,
    make_interaction,
    make_lead,
    make_line,
    make_lost_reason,
    make_membership,
    make_order,
    make_pipeline,
    make_plan,
    make_product,
    make_quota,
    make_survey,
    make_team,
    make_ticket,
    make_user,
)
from tests.metrics import world_of_help, world_of_trade
from tests.metrics.asked import night

NOW = datetime(2025, 4, 20, 9, tzinfo=UTC)
QUARTER = Period(date(2025, 1, 1), date(2025, 4, 1))
FEBRUARY = Period(date(2025, 2, 1), date(2025, 3, 1))


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of 2025; months of 2024 are written as 0 and below."""
    years, month = divmod(month - 1, 12)
    return datetime(2025 + years, month + 1, day, hour, minute, tzinfo=UTC)


class World:
    """The company, told in the order things happened; `first` and `second` are its two nights."""

    first: Run
    second: Run

    def __init__(self) -> None:
        self.people()
        self.words()
        self.customers()
        self.subscriptions()
        self.orders()
        self.deals()
        self.leads_and_costs()
        world_of_trade.tell(self)
        self.support()
        world_of_help.tell(self)
        self.first = night()
        self.corrections()
        self.second = night()

    def people(self) -> None:
        self.north, self.south = make_team("North", office="Berlin"), make_team("South", office="Boston")
        self.ana = make_user("ana", Role.REP)
        self.bo = make_user("bo", Role.REP, team=self.south)
        self.cy = make_user("cy", Role.AGENT, team=self.north)
        self.manager = make_user("mia", Role.MANAGER)
        make_membership(user=self.ana, team=self.north, left_on=date(2025, 3, 1))
        make_membership(user=self.ana, team=self.south, joined_on=date(2025, 3, 1))

    def words(self) -> None:
        for on, rate in ((date(2024, 1, 1), "0.90"), (date(2025, 2, 1), "0.95"), (date(2025, 3, 1), "0.92")):
            make_fx_rate(base="USD", quote="EUR", on=on, rate=Decimal(rate))
        self.hardware, self.software = make_line(code="hard", name="Hardware"), make_line(code="soft", name="Software")
        self.drill = make_product(name="Drill", line=self.hardware)
        self.app = make_product(name="App", line=self.software)
        self.basic, self.pro = make_plan(code="basic", name="Basic"), make_plan(code="pro", name="Pro")
        self.spring = make_campaign(code="spring", name="Spring")
        self.pipeline = make_pipeline(name="Sales")
        self.too_dear = make_lost_reason(name="Too dear")
        self.twice = make_lost_reason(name="Twice", is_duplicate=True)

    def customers(self) -> None:
        self.acme = make_customer(
            "Acme", segment="enterprise", country="DE", industry="Building", region="East", company_size="251-1000",
            owner=self.ana, acquisition_channel="event", acquisition_campaign="spring",
        )  # fmt: skip
        self.bolt = make_customer("Bolt", segment="smb", country="US", owner=self.bo, acquisition_channel="paid")
        self.clara = make_customer("Clara", kind="person", country="CH", birth_year=1990, gender="female")
        self.dorn = make_customer("Dorn", segment="smb", country="DE", owner=self.ana)
        self.elm = make_customer("Elm", segment="smb", country="AT", owner=self.bo)
        self.gone = make_customer("Gone", segment="smb", country="DE", owner=self.bo)
        self.hugo = make_customer("Hugo", segment="smb", country="FR", owner=self.ana)
        self.ivy = make_customer("Ivy", segment="enterprise", country="FR")
        self.nobody = make_customer("Nobody knows")
        self.test = make_customer("Test", is_test=True, segment="enterprise", owner=self.ana)

    def subscribe(self, customer: Customer, price: int, start: datetime, **fields: Any) -> Subscription:
        words = {"plan": self.basic, "owner": customer.owner, "price": Decimal(price), **fields}
        return start_subscription(Subscription(customer=customer, **words), at=start)

    def subscriptions(self) -> None:
        acme = self.subscribe(self.acme, 100, at(-2, 5))
        change_subscription(acme, price=Decimal(150), at=at(1, 10))
        change_subscription(acme, price=Decimal(120), at=at(3, 5))
        bolt = self.subscribe(self.bolt, 200, at(-1, 1), plan=self.pro, currency="USD")
        pause_subscription(bolt, at=at(1, 15), effective_at=at(1, 15))
        resume_subscription(bolt, at=at(2, 20))
        clara = self.subscribe(self.clara, 40, at(0, 1))
        end_subscription(clara, at=at(2, 10))
        self.subscribe(self.clara, 45, at(3, 15))
        dorn = self.subscribe(self.dorn, 60, at(1, 20))
        describe_customer(self.dorn, at=at(2, 15), segment="enterprise", country="CH")
        change_subscription(dorn, plan=self.pro, price=Decimal(60), at=at(3, 10))
        self.subscribe(self.elm, 30, at(-1, 10), currency="USD")
        end_subscription(self.subscribe(self.gone, 50, at(-2, 1)), at=at(0, 20))
        self.subscribe(self.gone, 20, at(2, 25))
        end_subscription(self.subscribe(self.hugo, 25, at(-1, 10)), at=at(2, 27))
        change_subscription(self.subscribe(self.ivy, 80, at(-1, 11)), price=Decimal(60), at=at(2, 12))
        self.subscribe(self.nobody, 10, at(2, 3), plan=None)
        self.subscribe(self.test, 1_000, at(1, 2))

    def sell(self, customer: Customer, when: datetime, *lines: tuple, **fields: Any) -> Order:
        order = make_order(customer=customer, placed_at=when, owner=customer.owner, **fields)
        order.lines.all().delete()
        for product, net, cost in lines:
            OrderLine.objects.create(order=order, product=product, net=Decimal(net), cost=cost and Decimal(cost))
        return order

    def orders(self) -> None:
        first = self.sell(self.acme, at(1, 12), (self.drill, 100, 60), (self.app, 50, 5), channel="store")
        refund_order(first, net=Decimal(20), line=first.lines.first(), at=at(2, 1))
        self.sell(self.bolt, at(2, 3), (self.app, 200, 20), currency="USD", campaign=self.spring, channel="paid")
        self.sell(self.clara, at(1, 5), (self.drill, 80, None))
        self.sell(self.clara, at(3, 3), (None, 30, 10))
        self.late = self.sell(self.gone, at(2, 25), (self.drill, 70, 40))
        self.sell(self.nobody, at(2, 14), (self.app, 0, None))
        self.sell(self.elm, at(2, 20), (self.drill, 90, 50))
        self.sell(self.acme, at(2, 21), (self.drill, 500, 300), status="cancelled")
        self.sell(self.test, at(2, 22), (self.drill, 999, 1))

    def open(self, name: str, customer: Customer | None, amount: int, when: datetime, **fields: Any) -> Deal:
        words = {"owner": customer and customer.owner, "product": self.app, "pipeline": self.pipeline, **fields}
        deal = open_deal(Deal(name=name, customer=customer, amount=Decimal(amount), **words), at=when)
        if stage := self.pipeline.stages.filter(name="Offer").first():
            move_deal(deal, to=stage, at=when + timedelta(days=3))
        return deal

    def deals(self) -> None:
        # Half past midnight on 1 February in Berlin.
        midnight = self.open("Midnight", self.acme, 10_000, at(1, 2), channel="event", lead_source="Fair")
        win_deal(midnight, at=at(1, 31, 23, 30))
        win_deal(
            self.open("Dollars", self.bolt, 5_000, at(1, 7), currency="USD", first_year_amount=2_000), at=at(2, 10)
        )
        win_deal(self.open("March", self.dorn, 3_000, at(2, 5), kind="upsell", product=self.drill), at=at(3, 12))
        lose_deal(self.open("Lost", self.elm, 700, at(1, 20), campaign=self.spring), reason=self.too_dear, at=at(2, 6))
        lose_deal(self.open("Double", self.elm, 700, at(1, 21)), reason=self.twice, at=at(2, 7))
        back = self.open("Back again", self.clara, 900, at(1, 9), owner=self.bo)
        win_deal(back, at=at(1, 30))
        win_deal(reopen_deal(back, at=at(2, 2)), at=at(2, 27))
        self.open("Open", self.nobody, 400, at(3, 1), owner=None)
        self.unsure = self.open("Unsure", self.acme, 1_500, at(2, 11))
        win_deal(self.unsure, at=at(2, 18))
        win_deal(self.open("Only a test", self.test, 99_999, at(2, 1)), at=at(2, 12))

    def leads_and_costs(self) -> None:
        ours = {"owner": self.ana, "lead_source": "Fair", "channel": "event", "country": "DE", "segment": "smb"}
        make_lead(created_at=at(1, 3), first_contacted_at=at(1, 4), converted_at=at(2, 3), customer=self.bolt, **ours)
        paid = {"converted_at": at(3, 1), "customer": self.nobody}
        make_lead(created_at=at(2, 3), first_contacted_at=at(2, 8), campaign=self.spring, **paid)
        make_lead(created_at=at(2, 9), first_contacted_at=at(2, 9, 13), owner=self.bo, channel="paid")
        make_lead(created_at=at(2, 10), entered_by_staff=True)
        make_lead(created_at=at(2, 11), is_spam=True)
        spent = {"campaign": self.spring, "owner": self.ana, "line": self.software, "segment": "smb", "country": "DE"}
        quarter = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 3, 31)}
        make_cost(amount=Decimal(901), channel="event", **quarter, **spent)
        make_cost(category="sales", amount=Decimal(300), currency="USD", starts_on=date(2025, 2, 10))
        make_cost(category="crm", amount=Decimal(77), starts_on=date(2025, 2, 28))
        make_quota(owner=self.ana, amount=Decimal(20_000), **quarter)
        make_quota(team=self.south, amount=Decimal(9_000), currency="USD", **quarter)
        make_quota(owner=self.bo, amount=Decimal(5_000), basis="first_year", **quarter)

    def ticket(self, created: datetime, reply: datetime | None, solve: datetime | None, **fields: Any) -> Ticket:
        answered = {"replied_at": reply, "replied_by": self.cy} if reply else {}
        solved = {"solved_at": solve, "solved_by": self.cy, "status": "solved"} if solve else {}
        return make_ticket(created_at=created, agent=self.cy, team=self.north, **answered, **solved, **fields)

    def support(self) -> None:
        soft = {"channel": "email", "priority": "high", "product_line": "soft"}
        helped = self.ticket(at(2, 1, 9), at(2, 1, 10), at(2, 2), customer=self.acme, **soft)
        self.ticket(at(2, 3, 9), at(2, 3, 9, 20), at(2, 5), customer=self.bolt, channel="chat")
        self.ticket(at(1, 31, 9), at(2, 4, 9), None, customer=self.dorn, awaited_since=at(2, 3, 9))
        self.ticket(at(2, 20, 9), None, None)
        self.ticket(at(2, 21, 9), None, at(2, 21, 10), is_spam=True)
        make_interaction(
            agent=self.cy, team=self.north, talk_seconds=200, hold_seconds=30, wrap_seconds=70, ended_at=at(2, 3)
        )
        make_interaction(agent=self.cy, kind="chat", talk_seconds=45, ended_at=at(2, 28, 23, 30))
        make_interaction(agent=self.cy, was_abandoned=True, talk_seconds=9, ended_at=at(2, 4))
        happy = make_survey(name="How was it?", kind="csat", scale_min=1, scale_max=5, satisfied_from=4)
        again = make_survey(name="Would you?", kind="nps", promoter_from=9, detractor_to=6)
        told = {"agent": self.cy, "team": self.north, "ticket": helped, "channel": "email"}
        for score, day, customer in ((5, 2, self.acme), (2, 6, self.bolt), (4, 7, self.dorn)):
            make_answer(survey=happy, score=score, customer=customer, answered_at=at(2, day), **told)
        for score, day, customer in ((10, 11, self.acme), (3, 12, self.clara), (8, 13, None), (9, 16, self.dorn)):
            make_answer(survey=again, score=score, customer=customer, answered_at=at(2, day), wave="2025-1")
        make_answer(survey=again, score=0, customer=self.elm, answered_at=at(2, 14), voided_at=at(2, 15))

    def corrections(self) -> None:
        """What people put right after the first night: it restates February in the open."""
        reopen_deal(self.unsure, at=at(2, 19))
        self.late.lines.update(net=Decimal(75))
        merge_customers(self.acme, self.elm)
        make_answer(survey=make_survey(kind="csat", satisfied_from=4), score=5, answered_at=at(2, 27))
