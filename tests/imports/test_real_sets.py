"""Public data sets come in whole: their rows and sums are those counted outside of Plumb."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from sales.models import Deal, StageChange
from tests.imports.sets import bring, import_cdnow, import_maven, import_ravenstack
from tests.worlds import world

pytestmark = pytest.mark.django_db


def ask(sql: str) -> Any:
    """The rows of a question in SQL, past every word of ours; one row, or one value, alone."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = [row[0] if len(row) == 1 else row for row in cursor.fetchall()]
    return rows[0] if len(rows) == 1 else rows


@pytest.fixture(scope="class")
def once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Brings a set in once for all tests of a class, and takes it away after them."""
    with world(django_db_blocker):
        yield lambda bring_in: bring_in()


class TestMaven:
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _brought(cls, once) -> None:
        once(import_maven)

    def test_every_row_has_become_a_record(self):
        counts = "SELECT count(*) FROM "
        assert ask(counts + "customers_user") == 35 + 6
        assert ask(counts + "customers_team") == 6
        assert ask(counts + "customers_teammembership WHERE joined_on = '2016-01-01' AND left_on IS NULL") == 35
        assert ask(counts + "sales_product") == 7
        assert ask(counts + "sales_productline") == 3
        assert ask(counts + "customers_customer") == 85
        assert ask(counts + "sales_deal") == 8800
        assert ask(counts + "sales_deal WHERE customer_id IS NULL") == 1425

    def test_nobody_named_in_the_file_can_sign_in(self):
        assert ask("SELECT count(*) FROM customers_user WHERE password NOT LIKE '!%' OR is_staff OR is_superuser") == 0

    def test_outcomes_and_money_are_those_of_the_file(self):
        outcomes = "SELECT outcome, count(*), sum(amount) FROM sales_deal GROUP BY outcome ORDER BY outcome DESC"
        assert ask(outcomes) == [("won", 4238, 10_005_534), ("lost", 2473, 0), ("", 2089, None)]
        assert ask("SELECT DISTINCT currency FROM sales_deal") == "USD"

    def test_open_deals_stand_in_the_stage_of_the_file(self):
        stages = """SELECT s.name, count(*) FROM sales_deal d JOIN sales_stage s ON s.id = d.stage_id
                    GROUP BY s.name, s.position ORDER BY s.position"""
        assert ask(stages) == [("Prospecting", 500), ("Engaging", 1589), ("Won", 4238), ("Lost", 2473)]

    def test_days_are_those_of_the_file(self):
        closings = """SELECT min(closed_at AT TIME ZONE 'UTC')::text,
                             max(closed_at AT TIME ZONE 'UTC')::text,
                             (min(created_at AT TIME ZONE 'UTC') FILTER (WHERE outcome <> ''))::text
                      FROM sales_deal"""
        assert ask(closings) == ("2017-03-01 00:00:00", "2017-12-31 00:00:00", "2016-10-20 00:00:00")

    def test_the_sales_cycle_is_that_of_the_reference(self):
        cycle = """SELECT round(avg((closed_at AT TIME ZONE 'UTC')::date
                   - (created_at AT TIME ZONE 'UTC')::date), 4) FROM sales_deal WHERE outcome = 'won'"""
        assert ask(cycle) == Decimal("51.7820")

    def test_names_that_the_file_spells_in_two_ways_are_one(self):
        won = "SELECT count(*), sum(amount) FROM sales_deal JOIN sales_product p ON p.id = product_id"
        assert ask(f"{won} WHERE outcome = 'won' AND p.name = 'GTX Pro'")[1] == 3_510_578
        assert ask("SELECT count(*) FROM customers_customer WHERE industry = 'technology'") == 12
        assert ask("SELECT count(*) FROM customers_customer WHERE country = 'PH'") == 1

    def test_revenue_of_a_manager_is_that_of_the_team_named_after_them(self):
        revenue = """SELECT t.name, t.office, sum(d.amount) FROM sales_deal d
                     JOIN customers_teammembership m ON m.user_id = d.credited_to_id
                     JOIN customers_team t ON t.id = m.team_id WHERE d.outcome = 'won'
                     GROUP BY t.id ORDER BY t.name"""
        assert ask(revenue) == [
            ("Cara Losch", "East", 1_130_049),
            ("Celia Rouche", "West", 1_603_897),
            ("Dustin Brinkmann", "Central", 1_094_363),
            ("Melvin Marxen", "Central", 2_251_930),
            ("Rocco Neubert", "East", 1_960_545),
            ("Summer Sewald", "West", 1_964_750),
        ]
        led = "SELECT count(*) FROM customers_team t JOIN customers_user u ON u.id = t.lead_id"
        assert ask(f"{led} WHERE t.name = u.first_name || ' ' || u.last_name") == 6

    def test_every_deal_has_its_way_through_the_pipeline(self):
        assert StageChange.objects.count() == 2089 + 2 * 6711
        assert StageChange.objects.current().count() == 8800
        assert not Deal.objects.exclude(stage_changes__left_at=None).exists()
        astray = """SELECT count(*) FROM sales_stagechange c JOIN sales_deal d ON d.id = c.deal_id
                    WHERE c.left_at IS NULL AND c.to_stage_id <> d.stage_id"""
        assert ask(astray) == 0

    def test_the_twin_with_american_dates_changes_nothing(self, capsys):
        bring("deals", "maven_crm/dialect_us_dates/sales_pipeline.csv", "maven-deals", mode="upsert")
        assert "8,800 rows; 0 created, 0 changed, 8,800 unchanged" in capsys.readouterr().out
        assert ask("SELECT count(*), max(version) FROM sales_deal") == (8800, 1)


class TestRavenStack:
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _brought(cls, once) -> None:
        once(import_ravenstack)

    def test_every_row_has_become_a_record(self):
        counts = "SELECT count(*) FROM "
        assert ask(counts + "customers_customer") == 500
        assert ask(counts + "sales_subscription") == 5000
        assert ask(counts + "support_ticket") == 2000
        assert ask(counts + "surveys_answer") == 1175
        assert ask(counts + "sales_plan") == 3

    def test_customers_are_described_in_our_words(self):
        channels = """SELECT acquisition_channel, count(*) FROM customers_customer
                      GROUP BY acquisition_channel ORDER BY acquisition_channel"""
        assert ask(channels) == [("event", 96), ("organic", 114), ("other", 103), ("paid", 98), ("partner", 89)]
        assert ask("SELECT count(*) FROM customers_customer WHERE country = 'GB'") == 58
        assert ask("SELECT count(*) FROM customers_customer WHERE acquired_on IS NOT NULL") == 0

    def test_what_runs_at_the_end_is_the_mrr_of_the_reference(self):
        running = """SELECT p.name, sum(e.mrr) FROM sales_subscription s JOIN sales_plan p ON p.id = s.plan_id
                     JOIN sales_subscriptionevent e ON e.subscription_id = s.id AND e.kind = 'start'
                     WHERE s.ended_at IS NULL OR s.ended_at >= '2025-01-01 Europe/Berlin'
                     GROUP BY p.name ORDER BY p.name"""
        assert ask(running) == [("Basic", 687_914), ("Enterprise", 7_546_876), ("Pro", 1_924_818)]
        by_interval = """SELECT interval, sum(CASE interval WHEN 'year' THEN price / 12 ELSE price END)
                         FROM sales_subscription WHERE ended_at IS NULL GROUP BY interval ORDER BY interval"""
        assert ask(by_interval) == [("month", 5_111_583), ("year", 5_048_025)]

    def test_every_subscription_starts_once_and_486_end(self):
        kinds = "SELECT kind, count(*), sum(mrr) > 0 FROM sales_subscriptionevent GROUP BY kind ORDER BY kind"
        assert ask(kinds) == [("end", 486, False), ("start", 5000, True)]
        assert ask("SELECT count(*) FROM sales_subscription WHERE ended_at = started_at") == 13
        assert ask("SELECT count(*) FROM sales_subscription WHERE price = 0") == 778

    def test_tickets_took_as_long_as_in_the_reference(self):
        took = """SELECT round(avg(extract(epoch FROM solved_at - created_at)) / 3600, 4),
                         percentile_cont(0.5) WITHIN GROUP (ORDER BY solved_at - created_at)::text,
                         round(avg(extract(epoch FROM replied_at - created_at)) / 60, 4),
                         count(*) FILTER (WHERE replied_at > solved_at),
                         count(*) FILTER (WHERE was_escalated), count(*) FILTER (WHERE status = 'closed')
                  FROM support_ticket"""
        assert ask(took) == (Decimal("35.8610"), "1 day 11:00:00", Decimal("88.4800"), 36, 95, 2000)

    def test_blank_scores_are_no_answers(self):
        scores = "SELECT score, count(*) FROM surveys_answer GROUP BY score ORDER BY score"
        assert ask(scores) == [(3, 396), (4, 405), (5, 374)]
        assert ask("SELECT round(avg(score), 4) FROM surveys_answer") == Decimal("3.9813")
        assert ask("SELECT count(*) FROM surveys_answer WHERE customer_id IS NULL OR ticket_id IS NULL") == 0

    def test_the_tickets_that_excel_saved_are_the_same(self, capsys):
        file = "ravenstack/dialect_excel/ravenstack_support_tickets.csv"
        bring("tickets", file, "ravenstack-tickets", mode="upsert")
        bring("survey-answers", file, "ravenstack-survey-answers", mode="upsert")
        said = capsys.readouterr().out
        assert "2,000 rows; 0 created, 0 changed, 2,000 unchanged" in said
        assert "1,175 rows; 0 created, 0 changed, 1,175 unchanged" in said

    def test_the_subscriptions_again_change_nothing(self, capsys):
        bring("subscriptions", "ravenstack/ravenstack_subscriptions.csv", "ravenstack-subscriptions", mode="upsert")
        assert "0 created, 0 changed, 5,000 unchanged" in capsys.readouterr().out


class TestCdnow:
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _brought(cls, once) -> None:
        once(import_cdnow)

    def test_every_row_is_an_order_of_one_line(self):
        assert ask("SELECT count(*) FROM customers_customer") == 2357
        assert ask("SELECT count(*), count(DISTINCT customer_id) FROM sales_order") == (6919, 2357)
        assert ask("SELECT count(*), sum(net) FROM sales_orderline") == (6919, Decimal("244091.94"))

    def test_orders_of_nothing_are_orders(self):
        assert ask("SELECT count(*) FROM sales_orderline WHERE net = 0") == 8

    def test_purchase_days_are_local_days(self):
        days = """SELECT count(*) FROM (SELECT DISTINCT customer_id, (placed_at AT TIME ZONE 'Europe/Berlin')::date
                  FROM sales_order) AS days"""
        assert ask(days) == 6696

    def test_whoever_paid_became_a_customer_on_that_day(self):
        became = """SELECT count(*), count(DISTINCT e.customer_id) FROM customers_lifecycleevent e
                    WHERE e.at = (SELECT min(placed_at) FROM sales_order o WHERE o.customer_id = e.customer_id)"""
        assert ask(became) == (2357, 2357)
        assert ask("SELECT count(*) FROM customers_customer WHERE lifecycle <> 'customer'") == 0

    def test_the_same_file_again_changes_nothing(self, capsys):
        bring("orders", "cdnow/CDNOW_sample.txt", "cdnow-orders", mode="upsert")
        assert "0 created, 0 changed, 6,919 unchanged" in capsys.readouterr().out
