"""The public data sets, brought in by the command people use. They lie beside the checkout, or the tests skip."""

from pathlib import Path

import pytest
from django.core.management import call_command

MAPS = Path(__file__).parent / "maps"
SETS = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def bring(resource: str, file: str, told: str, **options) -> None:
    """Import one file of a set with its committed map."""
    call_command("import", resource, str(SETS / file), map=MAPS / f"{told}.json", **options)


def needs(name: str) -> None:
    if not (SETS / name).is_dir():
        pytest.skip(f"The data set {name} is not here ({SETS / name}).")


def import_maven(*, us_dates: bool = False) -> None:
    """A sales team's pipeline: 35 sellers, 7 products, 85 customers, 8,800 deals."""
    needs("maven_crm")
    folder = "maven_crm/dialect_us_dates" if us_dates else "maven_crm"
    bring("team-members", "maven_crm/sales_teams.csv", "maven-team-members")
    bring("products", "maven_crm/products.csv", "maven-products")
    bring("customers", "maven_crm/accounts.csv", "maven-customers")
    bring("deals", f"{folder}/sales_pipeline.csv", "maven-deals")


def import_ravenstack(*, by_excel: bool = False) -> None:
    """A software company: 500 customers, 5,000 subscriptions, 2,000 tickets, 1,175 answers."""
    needs("ravenstack")
    tickets = f"ravenstack/{'dialect_excel/' if by_excel else ''}ravenstack_support_tickets.csv"
    bring("customers", "ravenstack/ravenstack_accounts.csv", "ravenstack-customers")
    bring("subscriptions", "ravenstack/ravenstack_subscriptions.csv", "ravenstack-subscriptions")
    bring("tickets", tickets, "ravenstack-tickets")
    bring("survey-answers", tickets, "ravenstack-survey-answers")


def import_cdnow() -> None:
    """A music shop: 2,357 customers and 6,919 orders."""
    needs("cdnow")
    bring("customers", "cdnow/CDNOW_sample.txt", "cdnow-customers")
    bring("orders", "cdnow/CDNOW_sample.txt", "cdnow-orders")
