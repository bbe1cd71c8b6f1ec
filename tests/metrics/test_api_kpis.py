"""Numbers over the API: to each what they may see, in one shape, with the rows behind them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from customers.models import User
from metrics.measures.sales import DealsClosed
from metrics.models import Run
from metrics.periods import DAY
from metrics.registry import all_kpis
from sales.choices import Outcome
from tests.makers import make_customer, make_deal
from tests.metrics.asked import night, settle

Api = Callable[..., APIClient]
JANUARY = {"start": "2025-01-01", "end": "2025-02-01"}


def won(amount: int, owner: User | None, **fields: Any) -> None:
    closed = datetime(2025, 1, 10, 12, tzinfo=UTC)
    deal = make_deal(amount=Decimal(amount), owner=owner, created_at=closed - timedelta(days=9), **fields)
    deal.outcome, deal.closed_at, deal.credited_to = Outcome.WON, closed, owner
    deal.stage = deal.pipeline.stages.get(kind="won")
    deal.save()


@pytest.fixture
def wins(owner: User, mate: User, colleague: User) -> Run:
    """The owner won 100, their mate 20, the colleague 3, and nobody 5."""
    won(100, owner, customer=make_customer("Acme", segment="enterprise", owner=owner))
    won(20, mate)
    won(3, colleague)
    won(5, None)
    settle(DealsClosed)
    return Run.objects.get()


def value(client: APIClient, key: str = "won_revenue", **words: Any) -> Any:
    answer = client.get(f"/api/v1/kpis/{key}/", {**JANUARY, **words})
    assert answer.status_code == 200, answer.content
    return [cell["value"] for cell in answer.json()["cells"]]


# ── Who sees what ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "expected", "sees"),
    [
        ("owner", "100", "your records"),
        ("mate", "20", "your records"),
        ("colleague", "3", "your records"),
        ("lead", "120", "your team"),
        ("manager", "128", "company"),
        ("admin", "128", "company"),
    ],
)
def test_a_number_is_about_the_records_one_may_see(
    api: Api, cast: Any, wins: Run, name: str, expected: str, sees: str
) -> None:
    client = api(getattr(cast, name))
    assert value(client) == [expected]
    rows = client.get("/api/v1/kpis/won_revenue/rows/", JANUARY).json()
    assert (rows["total"], rows["sees"]) == (expected, sees)
    assert sum(int(row["contribution"]) for row in rows["results"]) == int(expected)


def test_a_cut_names_nobody_one_does_not_see(api: Api, owner: User, wins: Run) -> None:
    cells = api(owner).get("/api/v1/kpis/won_revenue/", {**JANUARY, "by": "owner"}).json()["cells"]
    assert [(cell["member"], cell["value"]) for cell in cells] == [(str(owner.pk), "100")]


@pytest.mark.parametrize("path", ["", "rows/"])
def test_a_kpi_one_may_not_see_is_missing_like_one_there_never_was(api: Api, agent: User, path: str) -> None:
    client = api(agent)
    hidden = client.get(f"/api/v1/kpis/won_revenue/{path}", {"start": "nonsense", "colour": "red"})
    missing = client.get(f"/api/v1/kpis/no_such_kpi/{path}", {"start": "nonsense", "colour": "red"})
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert hidden["Content-Type"] == "application/problem+json"


def test_a_kpi_is_seen_by_who_sees_all_it_is_counted_from(api: Api, cast: Any) -> None:
    assert api(cast.owner).get("/api/v1/kpis/acquisition_cost/").status_code == 404
    assert api(cast.marketer).get("/api/v1/kpis/acquisition_cost/").status_code == 200


def test_the_catalogue_lists_what_one_may_see(api: Api, cast: Any) -> None:
    def keys(user: User) -> list[str]:
        return [kpi["key"] for kpi in api(user).get("/api/v1/kpis/").json()["results"]]

    assert keys(cast.manager) == [kpi.key for kpi in all_kpis()]
    assert keys(cast.stranger) == []
    assert "won_revenue" in keys(cast.owner)
    assert "cac" not in keys(cast.owner)
    assert "won_revenue" not in keys(cast.agent)


def test_the_catalogue_costs_the_same_for_everybody(api: Api, manager: User, owner: User) -> None:
    for user in manager, owner:
        client = api(user)
        client.get("/api/v1/kpis/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/kpis/")
        assert len(queries) <= 5


def test_an_entry_says_what_a_number_means(api: Api, lead: User) -> None:
    listed = api(lead).get("/api/v1/kpis/").json()["results"]
    entry = next(kpi for kpi in listed if kpi["key"] == "win_rate")
    assert entry["summary"] == "Of the deals closed in the period, the share we won."
    assert entry["definition"].startswith(entry["summary"])
    assert entry["formula"] == "Number of deals closed (won) ÷ number of deals closed"
    assert (entry["unit"], entry["currency"], entry["good"], entry["sees"]) == ("percent", None, "up", "your team")
    assert {"key": "segment", "title": "Segment"} in entry["dimensions"]
    assert [measure["key"] for measure in entry["measures"]] == ["deals_closed"]
    assert entry["measures"][0]["definition"].endswith(".")
    assert entry["measures"][0]["leaves_out"] == "Deals still open, however long they lie."
    assert entry["measures"][0]["dated"] == "the local day of “closed at” of the deal"
    assert entry["also_called"] == ["close rate"]
    assert entry["example"].endswith("12 ÷ 40 = 30.0 %")
    assert entry["benchmarks"][0]["about"] == "biotechnology"
    assert entry["benchmarks"][0]["quality"] == "secondary"
    assert entry["url"] == "http://testserver/api/v1/kpis/win_rate/"


# ── Questions ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_says_how_it_was_understood(api: Api, manager: User, wins: Run) -> None:
    asked = {**JANUARY, "grain": "month", "by": "segment", "where": ["segment=enterprise"], "as_of": wins.pk}
    answer = api(manager).get("/api/v1/kpis/won-revenue/", asked).json()
    cells = answer.pop("cells")
    assert answer == {
        "key": "won_revenue",
        "title": "Won revenue",
        "unit": "money",
        "currency": "EUR",
        "start": "2025-01-01",
        "end": "2025-02-01",
        "grain": "month",
        "by": "segment",
        "where": ["segment=enterprise"],
        "as_of": wins.pk,
        "settled_until": str(wins.through + DAY),
        "locked_until": None,
        "sees": "company",
    }
    assert [(cell["member"], cell["value"]) for cell in cells] == [("enterprise", "100")]


def test_members_widen_and_dimensions_narrow(api: Api, manager: User, owner: User, wins: Run) -> None:
    client = api(manager)
    assert value(client, where=["segment=enterprise", "segment=(none)"]) == ["128"]
    assert value(client, where=["segment=(none)", f"owner={owner.pk}"]) == ["0"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"start": "2025-02-30"}, "start"),
        ({"end": "2024-01-01"}, "end"),
        ({"grain": "moon"}, "grain"),
        ({"by": "colour"}, "by"),
        ({"where": "enterprise"}, "where"),
        ({"where": "segment=unheard of"}, "where"),
        ({"as_of": "0"}, "as_of"),
        ({"as_of": "9" * 30}, "as_of"),
        ({"colour": "red"}, "colour"),
        ({"term": "0"}, "term"),
        ({"by": "owner\x00"}, "by"),
        ({"start": "1900-01-01", "end": "2200-01-01", "grain": "day"}, "grain"),
    ],
)
def test_what_cannot_be_meant_names_the_word(api: Api, manager: User, words: dict[str, str], field: str) -> None:
    answer = api(manager).get("/api/v1/kpis/won_revenue/", {**JANUARY, **words})
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


# ── Rows ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_come_a_page_at_a_time_and_add_up(api: Api, manager: User, wins: Run) -> None:
    client, seen = api(manager), []
    page = client.get("/api/v1/kpis/won_revenue/rows/", {**JANUARY, "page_size": 3}).json()
    while True:
        seen += page["results"]
        if not page["next"]:
            break
        page = client.get(page["next"]).json()
    assert len({row["record"] for row in seen}) == len(seen) == 4
    assert sum(Decimal(row["contribution"]) for row in seen) == Decimal(page["total"]) == 128


def test_a_row_leads_to_its_record(api: Api, owner: User, wins: Run) -> None:
    client = api(owner)
    (row,) = client.get("/api/v1/kpis/won_revenue/rows/", JANUARY).json()["results"]
    deal = client.get(row["url"]).json()
    assert (deal["id"], deal["customer"]) == (row["record"], row["customer"])
    assert (row["kind"], row["customer_name"], row["day"], row["run"]) == ("deal", "Acme", "2025-01-10", wins.pk)


def test_each_term_of_a_formula_opens(api: Api, manager: User, wins: Run) -> None:
    client = api(manager)
    first = client.get("/api/v1/kpis/average_deal/rows/", JANUARY).json()
    second = client.get("/api/v1/kpis/average_deal/rows/", {**JANUARY, "term": 1}).json()
    assert [(term["role"], term["total"]) for term in first["terms"]] == [("numerator", "128"), ("denominator", "4")]
    assert {row["contribution"] for row in second["results"]} == {"1"}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"term": "1"}, "term"),
        ({"term": "-1"}, "term"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "2025-01-01|" + "9" * 40}, "cursor"),
        ({"page_size": "201"}, "page_size"),
        ({"page_size": "0"}, "page_size"),
        ({"by": "owner"}, "by"),
    ],
)
def test_rows_refuse_what_cannot_be_meant(api: Api, manager: User, words: dict[str, str], field: str) -> None:
    answer = api(manager).get("/api/v1/kpis/won_revenue/rows/", {**JANUARY, **words})
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


# ── Keys, and nights ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_opens_numbers_where_its_scopes_say_so(api: Api, manager: User) -> None:
    for scopes, status in ((["kpis:read"], 200), (["*:read"], 200), (["deals:read"], 403)):
        assert api(manager, scopes=scopes).get("/api/v1/kpis/").status_code == status
        assert api(manager, scopes=scopes).get("/api/v1/kpis/win_rate/").status_code == status
    assert APIClient().get("/api/v1/kpis/win_rate/").status_code == 401


def test_numbers_can_only_be_read(api: Api, admin: User) -> None:
    for method in "post", "put", "patch", "delete":
        assert getattr(api(admin), method)("/api/v1/kpis/win_rate/").status_code == 405
        assert getattr(api(admin), method)("/api/v1/runs/").status_code == 405


def test_managers_read_what_each_night_did(api: Api, manager: User) -> None:
    won(100, manager)
    run, client = night(), api(manager)
    (listed,) = client.get("/api/v1/runs/").json()["results"]
    assert (listed["id"], listed["status"]) == (run.pk, "done")
    assert "steps" not in listed
    steps = client.get(f"/api/v1/runs/{run.pk}/").json()["steps"]
    assert {step["kind"] for step in steps} == {"measure", "swap", "outlook", "term", "kpi", "audit"}
    assert next(step["opened"] for step in steps if step["key"] == "deals_closed") == 1


def test_nights_are_not_there_for_others(api: Api, cast: Any, wins: Run) -> None:
    for user in (cast.owner, cast.lead, cast.agent, cast.marketer, cast.stranger):
        assert api(user).get("/api/v1/runs/").json()["results"] == []
        assert api(user).get(f"/api/v1/runs/{wins.pk}/").status_code == 404


# ── The description ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_api_is_described_without_a_warning(db: None) -> None:
    GENERATOR_STATS.reset()
    described = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    answers = described["paths"]["/api/v1/kpis/{key}/"]["get"]["responses"]
    assert answers["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Numbers"}


def test_every_answer_has_the_fields_it_is_described_with(api: Api, manager: User, wins: Run) -> None:
    schemas = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]
    client = api(manager)

    def fits(name: str, told: dict[str, Any]) -> None:
        assert set(schemas[name]["required"]) <= set(told) <= set(schemas[name]["properties"]), name

    catalogue = client.get("/api/v1/kpis/").json()
    numbers = client.get("/api/v1/kpis/win_rate/", {**JANUARY, "by": "owner"}).json()
    rows = client.get("/api/v1/kpis/win_rate/rows/", JANUARY).json()
    fits("Catalogue", catalogue)
    fits("KPI", catalogue["results"][0])
    fits("Numbers", numbers)
    fits("Cell", numbers["cells"][0])
    fits("Rows", rows)
    fits("FormulaTerm", rows["terms"][0])
    fits("Row", rows["results"][0])
