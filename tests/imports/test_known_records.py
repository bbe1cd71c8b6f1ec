"""A second file meets the records of the first: it creates, changes or leaves alone, as the mode says."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from customers.models import Contact, Customer, Tag, Team, User
from sales.models import Cost, Deal, Order, Pipeline, Plan, Product, Quota, Stage, Subscription
from sales.services.deals import open_deal
from support.models import Ticket
from tests.imports.bringing import bring, refused

pytestmark = pytest.mark.django_db

CUSTOMERS = "external_id,name,country,tags\n"


def counts(folder: Path, resource: str, content: str, *args: Any, **how: Any) -> tuple[int, int, int]:
    result = bring(folder, resource, content, *args, **how)
    return result.created, result.changed, result.unchanged


def moment(month: int, day: int) -> datetime:
    return datetime(2025, month, day, tzinfo=UTC)


class TestModes:
    @pytest.fixture(autouse=True)
    def _first(self, tmp_path: Path) -> None:
        bring(tmp_path, "customers", CUSTOMERS + "1,Acme,DE,a\n2,Bolt,FR,\n")

    def test_upsert_creates_changes_and_leaves_alone(self, tmp_path):
        rows = CUSTOMERS + "1,Acme,DE,a\n2,Bolt,IT,\n3,Cosy,US,\n"
        assert counts(tmp_path, "customers", rows, mode="upsert") == (1, 1, 1)
        assert list(Customer.objects.order_by("name").values_list("name", "country", "version")) == [
            ("Acme", "DE", 1),
            ("Bolt", "IT", 2),
            ("Cosy", "US", 1),
        ]

    def test_the_same_file_twice_changes_nothing(self, tmp_path):
        assert counts(tmp_path, "customers", CUSTOMERS + "1,Acme,DE,a\n2,Bolt,FR,\n", mode="upsert") == (0, 0, 2)

    def test_update_needs_only_what_it_changes(self, tmp_path):
        assert counts(tmp_path, "customers", "external_id,country\n1,AT\n", mode="update") == (0, 1, 0)

    def test_update_refuses_what_is_not_there(self, tmp_path):
        problems = refused(tmp_path, "customers", "external_id,country\n9,AT\n", mode="update")
        assert problems[0].reason == "There is no such record to update."

    def test_a_blank_cell_leaves_what_is_there(self, tmp_path):
        assert counts(tmp_path, "customers", CUSTOMERS + "1,Acme,,\n", mode="upsert") == (0, 0, 1)
        assert Customer.objects.get(name="Acme").country == "DE"

    def test_tags_are_added_and_never_taken_away(self, tmp_path):
        assert counts(tmp_path, "customers", CUSTOMERS + '1,Acme,DE,"b; c"\n', mode="upsert") == (0, 1, 0)
        assert list(Tag.objects.filter(customers__name="Acme").values_list("name", flat=True)) == ["a", "b", "c"]

    def test_records_can_be_matched_by_another_field(self, tmp_path):
        assert counts(tmp_path, "customers", "name,country\nACME,AT\n", mode="upsert", match="name") == (0, 1, 0)
        assert Customer.objects.count() == 2

    def test_a_match_that_fits_two_records_is_refused(self, tmp_path):
        Customer.objects.create(name="Acme")
        problems = refused(tmp_path, "customers", "name,country\nAcme,AT\n", mode="update", match="name")
        assert problems[0].reason == "2 records fit this."

    def test_without_anything_to_match_by_there_is_no_upsert(self, tmp_path):
        problems = refused(tmp_path, "customers", "name\nAcme\n", mode="upsert")
        assert problems[0].reason == "Records are matched by external_id, which the file does not give."

    def test_ids_of_another_source_are_other_records(self, tmp_path):
        assert counts(tmp_path, "customers", CUSTOMERS + "1,Other,DE,\n", {"source": "b"}, mode="upsert") == (1, 0, 0)

    def test_a_dry_run_counts_and_writes_nothing(self, tmp_path):
        rows = CUSTOMERS + "1,Acme,AT,z\n3,Cosy,US,\n"
        assert counts(tmp_path, "customers", rows, mode="upsert", dry_run=True) == (1, 1, 0)
        assert Customer.objects.count() == 2
        assert not Tag.objects.filter(name="z").exists()

    def test_a_customer_who_was_merged_away_is_left_alone(self, tmp_path):
        acme, bolt = Customer.objects.order_by("name")
        Customer.objects.filter(pk=bolt.pk).update(merged_into=acme)
        assert counts(tmp_path, "customers", CUSTOMERS + "2,Bolt,US,\n", mode="upsert") == (0, 0, 1)

    def test_what_refers_to_a_merged_customer_goes_to_the_survivor(self, tmp_path):
        acme, bolt = Customer.objects.order_by("name")
        Customer.objects.filter(pk=bolt.pk).update(merged_into=acme)
        bring(tmp_path, "contacts", "customer,last_name\n2,Byron\n")
        assert Contact.objects.get().customer == acme


DEALS = "external_id,name,stage,amount,created_at,closed_at\n"


class TestDeals:
    @pytest.fixture(autouse=True)
    def _first(self, tmp_path: Path) -> None:
        pipeline = Pipeline.objects.create(name="Sales", is_default=True)
        for place, (name, kind) in enumerate([("New", "open"), ("Offer", "open"), ("Won", "won"), ("Lost", "lost")]):
            Stage.objects.create(pipeline=pipeline, name=name, position=place, kind=kind)
        bring(
            tmp_path,
            "deals",
            DEALS + "1,A,New,100,2025-01-01T00:00Z,\n2,B,Won,200,2025-01-01T00:00Z,2025-02-01T00:00Z\n",
        )

    def after(self, folder: Path, row: str) -> tuple[Deal, list[tuple[str, datetime]]]:
        assert counts(folder, "deals", DEALS + row, mode="upsert") == (0, 1, 0)
        deal = Deal.objects.get(external_id=row[0])
        current = deal.stage_changes.get(left_at=None)
        assert (current.to_stage, deal.stage.kind) == (deal.stage, deal.outcome or "open")
        return deal, [(change.to_stage.name, change.at) for change in deal.stage_changes.order_by("at", "id")]

    def test_an_open_deal_is_won_on_the_day_the_file_says(self, tmp_path):
        deal, way = self.after(tmp_path, "1,A,Won,150,2025-01-01T00:00Z,2025-03-01T00:00Z\n")
        assert (deal.outcome, deal.closed_at, deal.amount) == ("won", moment(3, 1), 150)
        assert way == [("New", moment(1, 1)), ("Won", moment(3, 1))]

    def test_an_open_deal_is_lost_without_a_reason(self, tmp_path):
        deal, _ = self.after(tmp_path, "1,A,Lost,100,2025-01-01T00:00Z,2025-03-01T00:00Z\n")
        assert (deal.outcome, deal.lost_reason) == ("lost", None)

    def test_an_open_deal_moves_on_now(self, tmp_path):
        _deal, way = self.after(tmp_path, "1,A,Offer,100,2025-01-01T00:00Z,\n")
        assert [name for name, _ in way] == ["New", "Offer"]

    def test_a_wrong_day_of_closing_is_put_right(self, tmp_path):
        deal, way = self.after(tmp_path, "2,B,Won,200,2025-01-01T00:00Z,2025-02-15T00:00Z\n")
        assert deal.closed_at == moment(2, 15)
        assert way == [("New", moment(1, 1)), ("Won", moment(2, 15))]

    def test_a_wrong_day_of_creation_is_put_right(self, tmp_path):
        _deal, way = self.after(tmp_path, "2,B,Won,200,2025-01-10T00:00Z,2025-02-01T00:00Z\n")
        assert way == [("New", moment(1, 10)), ("Won", moment(2, 1))]

    def test_a_won_deal_that_was_lost_after_all(self, tmp_path):
        deal, _way = self.after(tmp_path, "2,B,Lost,200,2025-01-01T00:00Z,2025-02-10T00:00Z\n")
        assert (deal.outcome, deal.closed_at) == ("lost", moment(2, 10))

    def test_a_won_deal_that_is_open_again(self, tmp_path):
        deal, _way = self.after(tmp_path, "2,B,Offer,200,2025-01-01T00:00Z,\n")
        assert (deal.outcome, deal.closed_at, deal.stage.name) == ("", None, "Offer")

    def test_a_closing_before_the_last_move_is_refused(self, tmp_path):
        bring(tmp_path, "deals", DEALS + "1,A,Offer,100,2025-01-01T00:00Z,\n", mode="upsert")
        row = "1,A,Won,100,2025-01-01T00:00Z,2025-03-01T00:00Z\n"
        assert "after that" in refused(tmp_path, "deals", DEALS + row, mode="upsert")[0].reason
        assert Deal.objects.get(external_id="1").outcome == ""

    def test_a_deal_made_here_can_be_updated_from_a_file(self, tmp_path):
        open_deal(Deal(name="Ours", external_id="7", amount=5), at=moment(1, 1))
        deal, _ = self.after(tmp_path, "7,Ours,Won,9,,2025-03-01T00:00Z\n")
        assert deal.amount == 9


class TestSubscriptions:
    HEAD = "external_id,customer,plan,mrr,started_at,ended_at,currency\n"

    @pytest.fixture(autouse=True)
    def _first(self, tmp_path: Path) -> None:
        Customer.objects.create(name="Acme")
        Plan.objects.create(code="pro", name="Pro")
        bring(tmp_path, "subscriptions", self.HEAD + "1,Acme,pro,100,2025-01-01T00:00Z,,EUR\n")

    def after(self, folder: Path, row: str) -> list[tuple[str, Decimal]]:
        assert counts(folder, "subscriptions", self.HEAD + row, mode="upsert") == (0, 1, 0)
        assert counts(folder, "subscriptions", self.HEAD + row, mode="upsert") == (0, 0, 1)
        return list(Subscription.objects.get().events.order_by("at", "id").values_list("kind", "mrr"))

    def test_the_end_is_an_event(self, tmp_path):
        events = self.after(tmp_path, "1,Acme,pro,100,2025-01-01T00:00Z,2025-06-01T00:00Z,EUR\n")
        assert events == [("start", 100), ("end", 0)]

    def test_another_mrr_is_a_change_from_now_on(self, tmp_path):
        events = self.after(tmp_path, "1,Acme,pro,150,2025-01-01T00:00Z,,EUR\n")
        assert events == [("start", 100), ("change", 150)]

    def test_another_start_moves_the_start(self, tmp_path):
        self.after(tmp_path, "1,Acme,pro,100,2025-02-01T00:00Z,,EUR\n")
        assert Subscription.objects.get().events.get().at == moment(2, 1)

    def test_another_end_moves_the_end(self, tmp_path):
        self.after(tmp_path, "1,Acme,pro,100,2025-01-01T00:00Z,2025-06-01T00:00Z,EUR\n")
        events = self.after(tmp_path, "1,Acme,pro,100,2025-01-01T00:00Z,2025-05-01T00:00Z,EUR\n")
        assert events == [("start", 100), ("end", 0)]
        assert Subscription.objects.get().ended_at == moment(5, 1)


class TestTickets:
    HEAD = "external_id,subject,created_at,replied_at,closed_at\n"

    @pytest.fixture(autouse=True)
    def _first(self, tmp_path: Path) -> None:
        bring(tmp_path, "tickets", self.HEAD + "1,Help,2025-01-01T00:00Z,2025-01-02T00:00Z,\n")

    def test_a_solution_and_another_first_reply(self, tmp_path):
        row = "1,Help,2025-01-01T00:00Z,2025-01-03T00:00Z,2025-01-04T00:00Z\n"
        assert counts(tmp_path, "tickets", self.HEAD + row, mode="upsert") == (0, 1, 0)
        assert counts(tmp_path, "tickets", self.HEAD + row, mode="upsert") == (0, 0, 1)
        ticket = Ticket.objects.get()
        assert (ticket.status, ticket.replied_at, ticket.solved_at) == ("closed", moment(1, 3), moment(1, 4))


def test_other_lines_replace_the_lines_of_an_order(tmp_path):
    Customer.objects.create(name="Acme")
    head = "number,customer,placed_at,net\n"
    bring(tmp_path, "orders", head + "7,Acme,2025-01-01,5\n7,Acme,2025-01-01,6\n")
    same = counts(tmp_path, "orders", head + "7,Acme,2025-01-01,5\n7,Acme,2025-01-01,6\n", mode="upsert")
    assert same == (0, 0, 1)
    assert counts(tmp_path, "orders", head + "7,Acme,2025-01-01,5\n7,Acme,2025-01-01,9\n", mode="upsert") == (0, 1, 0)
    assert list(Order.objects.get().lines.values_list("net", flat=True)) == [5, 9]


def test_people_come_with_their_teams(tmp_path):
    rows = "user,team,lead,office,joined_on\n"
    rows += "Ada Byron,North,Max Lead,Kiel,2024-01-01\nBo Yi,North,Max Lead,Kiel,2024-01-01\n"
    assert counts(tmp_path, "team-members", rows) == (2, 0, 0)
    assert counts(tmp_path, "team-members", rows, mode="upsert") == (0, 0, 2)
    team = Team.objects.get()
    assert (team.name, team.office, str(team.lead)) == ("North", "Kiel", "Max Lead")
    assert [user.has_usable_password() for user in User.objects.all()] == [False] * 3
    assert list(User.objects.order_by("pk").values_list("username", flat=True)) == ["ada.byron", "bo.yi", "max.lead"]


def test_a_team_described_in_two_ways_is_refused(tmp_path):
    rows = "user,team,office,joined_on\nAda,North,Kiel,2024-01-01\nBo,North,Bonn,2024-01-01\n"
    assert refused(tmp_path, "team-members", rows)[0].reason == "Another row says something else of the team North."


def test_costs_and_quotas(tmp_path):
    User.objects.create(username="ada")
    bring(tmp_path, "costs", "category,amount,starts_on,ends_on,channel\nMarketing,-12.5,2025-01-01,2025-01-31,paid\n")
    assert Cost.objects.values_list("category", "amount", "channel").get() == ("marketing", Decimal("-12.5"), "paid")
    bring(tmp_path, "quotas", "owner,starts_on,ends_on,amount\nada,2025-01-01,2025-03-31,1000\n")
    assert Quota.objects.get().owner.username == "ada"
    both = refused(tmp_path, "quotas", "owner,starts_on,ends_on,amount\n,2025-01-01,2025-03-31,1000\n")
    assert both[0].reason == "A quota is for one person or one team."


def test_products_come_with_their_line(tmp_path):
    told = {"create_missing": ["line"]}
    bring(tmp_path, "products", "name,sku,product line,unit_price\nLamp,L1,Home & Light,19.90\n", told)
    product = Product.objects.get()
    assert (product.line.code, product.line.name, product.unit_price) == (
        "home-light",
        "Home & Light",
        Decimal("19.9"),
    )
