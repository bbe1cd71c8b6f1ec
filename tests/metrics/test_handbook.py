"""The handbook says what the declarations say: in the app, in the committed text, and in its examples."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client

from customers.models import User
from metrics.benchmarks import BENCHMARKS, Benchmark, Quality
from metrics.handbook.areas import AREAS, by_area
from metrics.handbook.entries import Entry
from metrics.handbook.examples import calculation, example_complaints
from metrics.handbook.sources import NAMED, TEXTS
from metrics.handbook.text import files
from metrics.kpis import lifecycle, marketing, sales, support
from metrics.language import KPI, KPIS, Example
from metrics.registry import all_kpis
from metrics.views.catalogue import matches

Staff = Callable[[User], Client]
ANY = Benchmark("win_rate", "all", "somebody", 2024, Quality.PRIMARY)


@pytest.fixture(autouse=True)
def _euro(settings) -> None:
    settings.REPORTING_CURRENCY = "EUR"


# ── Examples ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kpi", "worked"),
    [
        (sales.WinRate, "12 ÷ 40 = 30.0 %"),
        (sales.GrossMargin, "(€10,000 − €6,500) ÷ €10,000 = 35.0 %"),
        (sales.StageTime, "median of 2 d, 4 d, 6 d and 20 d = 5.0 days"),
        (support.FirstResponseTimeP90, "90th percentile of 1 h, 2 h, 3 h, 4 h and 9 h = 7 h"),
        (marketing.Leads, "number of leads created = 25"),
        (lifecycle.ContractionMRR, "sum of MRR movements (contraction) = −€40.00"),
    ],
)
def test_an_example_is_worked_by_the_formula_itself(kpi: type[KPI], worked: str) -> None:
    assert kpi.example
    assert calculation(kpi, kpi.example) == worked


@pytest.mark.parametrize(
    ("kpi", "example", "said"),
    [
        (sales.WinRate, Example("Twelve of 40.", (12, 40), 31), "It says 31, the formula makes 30.0 % of it."),
        (sales.WinRate, Example("Twelve.", (12,), 30), "The formula has 2 terms, the example tells 1."),
        (sales.WinRate, Example("None at all.", (0, 0), 0), "It says 0, the formula makes – of it."),
        (sales.SalesCycle, Example("90 days.", (timedelta(days=90), 3), 31), "the formula makes 30.0 days"),
        (sales.WinRate, Example("One of three.", (1, 3), 33.4), "It says 33.4"),
    ],
)
def test_an_example_that_is_worked_wrong_is_found(
    kpi: type[KPI], example: Example, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kpi, "example", example)
    assert said in " ".join(example_complaints(kpi))


@pytest.mark.parametrize("result", [33, 33.3, 33.33])
def test_a_result_may_be_written_as_finely_as_one_likes(result: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sales.WinRate, "example", Example("One of three.", (1, 3), result))
    assert not list(example_complaints(sales.WinRate))


# ── Entries ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_entry_says_what_counts_and_when() -> None:
    entry = Entry(sales.Revenue)
    assert entry.formula == "Sum of products sold − sum of money back"
    assert [counted.dated for counted in entry.counted] == [
        "the local day of “placed at” of the order",
        "the local day of the refund",
    ]
    assert "Tax and shipping" in entry.counted[0].leaves_out
    (costs, _) = Entry(marketing.CAC).counted
    assert costs.dated == "spread evenly over the days from “starts on” to “ends on” of the cost"


def test_a_formula_names_the_days_of_terms_that_have_their_own() -> None:
    assert "sum of product costs [of the last 365 days]" in Entry(lifecycle.LTV).formula
    assert "active customers at the start [of the six months before]" in Entry(lifecycle.LTV).formula
    assert "[" not in Entry(sales.WinRate).formula


@pytest.mark.parametrize(
    ("kpi", "said"),
    [
        (sales.WinRate, "nothing below the line"),
        (sales.WinRate, "Wilson"),
        (sales.WonRevenue, "It adds up"),
        (sales.WonRevenue, "Where nothing happened it is 0."),
        (sales.StageTime, "counted anew from the rows"),
        (lifecycle.ActiveCustomers, "never added up over time"),
        (lifecycle.ChurnRate, "a year is not made of its months"),
        (lifecycle.QuickRatio, "Where nothing was lost"),
        (lifecycle.MRR, "valued anew at each month's end"),
        (marketing.LeadConversion, "maturing until 90 days"),
    ],
)
def test_an_entry_says_where_it_gets_narrow(kpi: type[KPI], said: str) -> None:
    assert said in " ".join(Entry(kpi).edges)


def test_a_count_of_deals_has_no_exchange_rate() -> None:
    assert "currencies" not in " ".join(Entry(sales.DealsWon).edges)


# ── Benchmarks ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_benchmark_names_its_source_and_how_near_it_is() -> None:
    for benchmark in BENCHMARKS:
        assert benchmark.kpi in KPIS
        assert benchmark.source
        assert benchmark.about
        assert benchmark.quality in Quality
        assert {benchmark.low, benchmark.middle, benchmark.high} != {None}


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"middle": 22}, "22.0 %"),
        ({"low": 43, "high": 47}, "43.0 % to 47.0 %"),
        ({"low": 3}, "at least 3.0 %"),
        ({"high": 12}, "at most 12.0 %"),
    ],
)
def test_a_benchmark_reads_in_the_unit_of_its_kpi(figures: dict[str, Any], said: str) -> None:
    assert replace(ANY, **figures).figures == said


# ── The sources ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_row_of_the_sources_is_whole() -> None:
    for named in NAMED:
        assert named.kpis or named.place, named
        assert len(named.texts) in (0, len(TEXTS)), named
        assert len(named.marks) == len(TEXTS)


def test_a_number_that_is_still_missing_is_said_to_be() -> None:
    table = files()["sources.md"]
    for named in NAMED:
        for key in named.kpis:
            assert (f"`{key}`" in table) == (key not in KPIS), key


# ── The committed text ──────────────────────────────────────────────────────────────────────────────────────────


def test_every_kpi_has_its_entry_in_the_text() -> None:
    parts = by_area(all_kpis())
    written = files()
    assert sum(len(kpis) for kpis in parts.values()) == len(all_kpis())
    for area, kpis in parts.items():
        for kpi in kpis:
            assert f"\n## {kpi.title}\n" in written[f"{area}.md"]


def test_the_committed_text_is_fresh() -> None:
    folder = django_settings.BASE_DIR / "docs" / "handbook"
    there = {path.name: path.read_text() for path in folder.glob("*.md")}
    wanted = files()
    stale = [name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name)]
    assert not stale, "Run manage.py handbook."


def test_the_command_writes_the_text_and_says_when_it_is_stale(settings, tmp_path) -> None:
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match=r"README\.md"):
        call_command("handbook", "--check")
    call_command("handbook")
    folder = tmp_path / "docs" / "handbook"
    assert {path.name for path in folder.iterdir()} == set(files())
    (folder / "gone.md").write_text("A part that is no more.")
    call_command("handbook")
    assert not (folder / "gone.md").exists()
    call_command("handbook", "--check")


# ── The pages ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_every_number_has_its_page_in_the_handbook(staff: Staff, manager: User) -> None:
    client = staff(manager)
    for kpi in all_kpis():
        answer = client.get(f"/kpis/{kpi.key.replace('_', '-')}/handbook/")
        assert answer.status_code == 200, kpi.key
        assert kpi.title in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.django_db
def test_the_number_leads_to_its_page_and_back(staff: Staff, manager: User) -> None:
    client = staff(manager)
    assert 'href="/kpis/win-rate/handbook/"' in client.get("/kpis/win-rate/").content.decode()
    shown = client.get("/kpis/win-rate/handbook/").content.decode()
    assert 'href="/kpis/win-rate/?' in shown
    assert "12 ÷ 40 = 30.0 %" in shown
    assert "Also called close rate" in shown


@pytest.mark.django_db
def test_what_one_may_not_see_has_no_page_in_the_handbook(staff: Staff, agent: User) -> None:
    client = staff(agent)
    assert client.get("/kpis/win-rate/handbook/").status_code == 404
    assert "/kpis/win-rate/handbook/" not in client.get("/kpis/conventions/").content.decode()


@pytest.mark.django_db
def test_a_number_is_found_by_any_of_its_names(staff: Staff, manager: User) -> None:
    client = staff(manager)
    shown = client.get("/kpis/all/?q=close+rate").content.decode()
    assert 'href="/kpis/win-rate/handbook/"' in shown
    assert 'href="/kpis/mrr/handbook/"' not in shown
    nothing = client.get("/kpis/all/?q=zebra").content.decode()
    assert "No number is called “zebra”" in nothing
    assert 'href="/kpis/mrr/handbook/"' not in nothing


@pytest.mark.parametrize("wanted", ["", "WIN", "win_rate", "close rate", "share won", "deals closes"])
def test_a_search_wants_every_word_and_no_more(wanted: str) -> None:
    assert matches(sales.WinRate, wanted)
    assert not matches(sales.WinRate, "win zebra")


def test_every_part_has_a_title() -> None:
    assert set(by_area(all_kpis())) <= set(AREAS)
