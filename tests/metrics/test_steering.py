"""Goals, numbers told by hand and the quality of records: set by people, read as KPIs with their rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.urls import reverse

from customers.models import Customer
from metrics.chances import chance_of
from metrics.goals import standing_of
from metrics.measures.marketing import LeadsCreated
from metrics.measures.sales import DealsClosed
from metrics.measures.steering import GoalChances, GoalsDue, ManualValues, RulesAsked, RulesHeld
from metrics.models import Goal, GoalReading, ManualMeasure, ManualValue, QualityCheck
from metrics.quality import RULES, look_over, offending
from metrics.reading_goals import read_goals
from sales.models import Lead
from tests.conftest import api_of, staff_of
from tests.makers import make_customer, make_lead, make_user, owned_row
from tests.metrics.asked import by_member, number, settle, value
from tests.metrics.vectors.crowd import closed_deals

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")
QUARTER = ("2025-01-01", "2025-04-01")


def told(measure: ManualMeasure, month: int, said: str) -> None:
    days = {"starts_on": date(2025, month, 1), "ends_on": date(2025, month, 28)}
    ManualValue.objects.create(measure=measure, value=Decimal(said), **days)


@pytest.fixture
def engagement() -> ManualMeasure:
    made = ManualMeasure.objects.create(
        key="engagement", title="Engagement", definition="Asked of everybody.", unit="percent", joined="mean"
    )
    saved = ManualMeasure.objects.create(key="saved", title="Saved", definition="Told by finance.", unit="money")
    for month, said in ((1, "70"), (2, "74.5"), (3, "80")):
        told(made, month, said)
        told(saved, month, "1000.25")
    settle(ManualValues)
    return made


def test_each_thing_told_by_hand_is_a_kpi_in_its_own_unit(engagement: ManualMeasure) -> None:
    assert number("manual_engagement", *MARCH) == Decimal("0.8")
    assert number("manual_engagement", *QUARTER, places=4) == Decimal("0.7483")
    assert number("manual_saved", *QUARTER) == Decimal("3000.75")
    assert value("manual_engagement", *QUARTER).n == 3
    assert number("manual_engagement", "2025-04-01", "2025-05-01") is None


def test_it_stands_on_every_door(engagement: ManualMeasure, cast) -> None:
    api, asked = api_of(cast.manager), {"start": QUARTER[0], "end": QUARTER[1]}
    assert "manual_saved" in [one["key"] for one in api.get("/api/v1/kpis/").json()["results"]]
    assert Decimal(api.get("/api/v1/kpis/manual_saved/", asked).json()["cells"][0]["value"]) == Decimal("3000.75")
    rows = api.get("/api/v1/kpis/manual_saved/rows/", asked).json()
    assert [row["contribution"] for row in rows["results"]] == ["1000.25"] * 3
    page = staff_of(cast.manager).get("/kpis/manual-saved/", asked)
    assert "Told by finance." in page.content.decode()
    printed = StringIO()
    call_command("kpi", "manual_saved", start=QUARTER[0], end=QUARTER[1], format="json", stdout=printed)
    assert "3000.75" in printed.getvalue()


def test_a_manager_tells_a_number_and_an_agent_does_not(engagement: ManualMeasure, cast) -> None:
    said = {"measure": engagement.pk, "starts_on": "2025-04-01", "ends_on": "2025-04-30", "value": "81"}
    assert api_of(cast.agent).post("/api/v1/manual-values/", said, format="json").status_code == 403
    made = api_of(cast.manager).post("/api/v1/manual-values/", said, format="json")
    assert (made.status_code, made.json()["told_by"]) == (201, cast.manager.pk)
    again = api_of(cast.manager).post("/api/v1/manual-values/", said, format="json")
    assert again.status_code == 400


def goal(**fields: object) -> Goal:
    days = {"starts_on": date(2025, 3, 1), "ends_on": date(2025, 3, 31), "why": "To grow."}
    return Goal.objects.create(**{"name": "Leads", "kpi": "leads", "target": Decimal(40), **days, **fields})


def leads(count: int, **fields: object) -> None:
    Lead.objects.bulk_create(
        Lead(name=f"Lead {n}", created_at=datetime(2025, 3, 10, 12, tzinfo=UTC), **fields) for n in range(count)
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "0.75"),  # 30 of 40
        ({"baseline": Decimal(20)}, "0.5"),  # from 20 to 30, of the way to 40
        ({"scope": "segment=smb", "target": Decimal(10)}, "1.2"),  # 12 of 10
    ],
)
def test_how_far_a_goal_is(fields: dict[str, object], expected: str) -> None:
    leads(12, segment="smb")
    leads(18, segment="enterprise")
    settle(LeadsCreated)
    assert standing_of(goal(**fields)).attained == Fraction(expected)


def test_of_less_is_better_half_as_much_is_twice_the_goal() -> None:
    leads(1)
    make_lead(created_at=datetime(2025, 3, 3, 8, tzinfo=UTC), first_contacted_at=datetime(2025, 3, 3, 10, tzinfo=UTC))
    from metrics.measures.marketing import LeadsAnswered

    settle(LeadsAnswered)
    assert standing_of(goal(kpi="lead_response_time", target=Decimal(14_400))).attained == 2


def test_goals_that_came_due_are_a_number_too(cast) -> None:
    leads(30)
    reached, missed = goal(target=Decimal(20), owner=cast.owner), goal(target=Decimal(40), name="More leads")
    settle(LeadsCreated)
    with time_machine.travel(datetime(2025, 4, 2, 9, tzinfo=UTC)):
        assert read_goals(on=date(2025, 4, 1)) == 2
    settle(GoalsDue)
    assert number("goal_attainment", *MARCH) == Decimal("1.125")
    assert number("goals_reached", *MARCH) == Decimal("0.5")
    assert by_member("goal_attainment", *MARCH, by="goal") == {"Leads": Decimal("1.5"), "More leads": Decimal("0.75")}
    standing = api_of(cast.manager).get(f"/api/v1/goals/{missed.pk}/standing/").json()
    assert (standing["attained"], standing["is_reached"]) == ("0.75", False)
    assert reached.readings.get().actual == 30


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"kpi": "no_such"}, "kpi"), ({"scope": "planet=mars"}, "scope"), ({"scope": "smb"}, "scope")],
)
def test_a_goal_nobody_could_read_is_refused(fields: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        goal(**fields).full_clean()
    assert list(refusal.value.message_dict) == [field]


def test_a_goal_is_no_part_of_its_own_parts() -> None:
    whole = goal()
    part = goal(name="Part", parent=whole)
    whole.parent = part
    with pytest.raises(ValidationError):
        whole.full_clean()


def test_the_quality_of_records_is_what_passed_by_weight() -> None:
    """Four customers: all have a country, three an owner (which weighs twice)."""
    ana = make_user("ana")
    for name in ("A", "B", "C"):
        make_customer(name, owner=ana, country="DE", segment="smb", email=f"{name}@example.com")
    lost = make_customer("D", country="DE", segment="smb", email="a@example.com")
    Customer.objects.create(name="Only a test", is_test=True)
    with time_machine.travel(datetime(2025, 3, 5, 9, tzinfo=UTC)):
        look_over()
        look_over()
    settle(RulesAsked, RulesHeld)
    # Weights 1, 1, 2, 2, 3 and 1 over four customers: 40. D has no owner (2), and A and D share an address (2 × 3).
    assert number("data_quality", *MARCH) == Decimal("0.8")
    by_rule = by_member("data_quality", *MARCH, by="rule")
    assert by_rule["A customer has an owner"] == Decimal("0.75")
    assert by_rule["No other customer has the same address"] == Decimal("0.5")
    root = make_user("root", is_superuser=True)
    assert list(offending(RULES["customer_owner"], root)) == [lost]


def test_those_who_may_see_them_are_shown_the_records_that_break_a_rule(cast) -> None:
    make_customer("Ours", owner=cast.owner)
    make_customer("Nobody's")
    look_over()
    told = api_of(cast.owner).get("/api/v1/data-quality/").json()["results"]
    assert {"customer_country", "deal_owner"} <= {rule["key"] for rule in told}
    broken = api_of(cast.owner).get("/api/v1/data-quality/customer_country/records/").json()["results"]
    assert [row["name"] for row in broken] == ["Ours"]
    assert api_of(cast.owner).get("/api/v1/data-quality/no_such_rule/records/").status_code == 404


@pytest.mark.parametrize("model", [Goal, GoalReading, ManualMeasure, ManualValue, QualityCheck])
def test_managers_see_and_set_them_on_the_staff_pages(model: type[Model], cast) -> None:
    row, door = owned_row(model), staff_of(cast.manager)
    if not admin.site.is_registered(model):
        assert model is GoalReading  # they stand on the page of their goal
        return
    address = f"admin:{model._meta.label_lower.replace('.', '_')}"
    assert door.get(reverse(f"{address}_changelist")).status_code == 200
    assert door.get(reverse(f"{address}_change", args=[row.pk])).status_code == 200
    assert door.get(reverse(f"{address}_add")).status_code == (403 if model is QualityCheck else 200)


def test_a_goal_set_on_the_staff_page_is_kept_and_a_senseless_one_is_said_to_be(cast) -> None:
    door, address = staff_of(cast.manager), reverse("admin:metrics_goal_add")
    inline = {"readings-TOTAL_FORMS": "0", "readings-INITIAL_FORMS": "0"}
    said = {"name": "Grow", "kpi": "leads", "scope": "segment=smb", "target": "40", "why": "To grow."}
    days = {"starts_on": "2025-03-01", "ends_on": "2025-03-31"}
    wrong = door.post(address, {**inline, **said, **days, "kpi": "no_such"})
    assert "There is no KPI" in wrong.content.decode()
    assert door.post(address, {**inline, **said, **days}).status_code == 302
    assert Goal.objects.get().scope == "segment=smb"


def test_numbers_told_by_hand_and_goals_are_imported(tmp_path: Path) -> None:
    ManualMeasure.objects.create(key="engagement", title="Engagement", definition="Asked.")
    told, goals = tmp_path / "told.csv", tmp_path / "goals.csv"
    told.write_text("measure,starts_on,ends_on,value\nengagement,2025-01-01,2025-01-31,7.5\n")
    goals.write_text("name,kpi,target,starts_on,ends_on,why\nGrow,leads,40,2025-03-01,2025-03-31,To grow.\n")
    call_command("import", "manual-values", str(told), stdout=StringIO())
    call_command("import", "goals", str(goals), stdout=StringIO())
    assert ManualValue.objects.get().value == Decimal("7.5")
    assert Goal.objects.get().kpi == "leads"
    goals.write_text("name,kpi,target,starts_on,ends_on,why\nGrow,nothing,40,2025-03-01,2025-03-31,To grow.\n")
    with pytest.raises(CommandError):
        call_command("import", "goals", str(goals), stdout=StringIO(), stderr=StringIO())


@time_machine.travel(datetime(2025, 3, 11, 9, tzinfo=UTC))
def test_how_likely_a_goal_is_by_what_earlier_stretches_brought(cast) -> None:
    """Two leads every day of 60; on the tenth of March, 20 of them came, and 42 more are sure to in 21 days."""
    first = datetime(2025, 1, 10, 12, tzinfo=UTC)
    Lead.objects.bulk_create(Lead(name="L", created_at=first + timedelta(days=n // 2)) for n in range(120))
    settle(LeadsCreated)
    sure, hopeless, reached = goal(target=60), goal(target=63), goal(target=20)
    # Two earlier stretches of 21 days were seen: half a hit more of three is the most a few can say.
    assert [chance_of(one, on=date(2025, 3, 10)) for one in (sure, hopeless, reached)] == [2.5 / 3, 0.5 / 3, 1.0]
    read_goals(on=date(2025, 3, 10))
    settle(GoalChances)
    assert number("goal_probability", "2025-03-10", "2025-03-11", places=4) == Decimal("0.6667")


@time_machine.travel(datetime(2025, 3, 11, 9, tzinfo=UTC))
def test_a_share_is_likely_by_the_rate_so_far() -> None:
    closed_deals(50, "won", on=datetime(2025, 3, 5, 12, tzinfo=UTC))
    closed_deals(50, "lost", on=datetime(2025, 3, 5, 12, tzinfo=UTC))
    settle(DealsClosed)
    low, high = goal(kpi="win_rate", target=Decimal("0.3")), goal(kpi="win_rate", target=Decimal("0.7"))
    assert chance_of(low, on=date(2025, 3, 10)) > 0.99
    assert chance_of(high, on=date(2025, 3, 10)) < 0.01
