"""What the README says is true: its class works, its commands exist, its variables are read."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from metrics import language
from metrics.measures.marketing import LeadsCreated
from tests.makers import make_lead
from tests.metrics.asked import number, settle

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


@pytest.mark.django_db
def test_the_class_it_shows_is_a_kpi(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two leads of March, one of them answered after an hour: 50 %."""
    monkeypatch.setattr(language, "KPIS", language.KPIS.copy())
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(code, {**vars(language), "LeadsCreated": LeadsCreated})
    make_lead(created_at="2026-03-02T08:00Z", first_contacted_at="2026-03-02T09:00Z")
    make_lead(created_at="2026-03-03T08:00Z")
    settle(LeadsCreated)
    shown = language.KPIS["leads_answered_in_a_day"]
    monkeypatch.setattr("metrics.registry.KPIS", language.KPIS)
    assert number(shown.key, "2026-03-01", "2026-04-01", places=1) == number("leads", "2026-03-03", "2026-03-04") / 2


def test_every_command_it_names_exists() -> None:
    named = set(re.findall(r"manage\.py ([a-z]+)", README))
    assert {"kpi", "import", "nightly", "demo"} <= named
    assert named <= set(get_commands())


def test_every_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)|^make ([a-z]+)", README, re.MULTILINE)) - {("", "")}
    assert {a or b for a, b in re.findall(r"`make ([a-z]+)|^make ([a-z]+)", README, re.MULTILINE)} <= targets


def test_every_variable_it_names_is_read() -> None:
    settings = (ROOT / "crmsite" / "settings.py").read_text()
    for name in re.findall(r"`(PLUMB_[A-Z_]+)`", README):
        assert f'"{name}"' in settings, name


def test_every_file_it_links_is_there() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link
