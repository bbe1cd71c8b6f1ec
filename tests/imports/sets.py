"""The public data sets, brought in by the command people use. They lie beside the checkout, or the tests skip."""

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.worlds import meet

MAPS = Path(__file__).parent / "maps"
SETS = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def bring(resource: str, file: str, told: str, **options) -> None:
    """Import one file of a set with its committed map."""
    call_command("import", resource, str(SETS / file), map=MAPS / f"{told}.json", **options)
    meet()


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


def import_nps(*, with_dashes: bool = False) -> None:
    """A bank's 5,000 customers in three markets, and how likely each is to recommend it."""
    needs("nps_bank")
    bring("customers", "nps_bank/NPStimeseries.csv", "nps-customers")
    answers = f"nps_bank/{'dialect_dash/' if with_dashes else ''}NPStimeseries.csv"
    bring("survey-answers", answers, "nps-survey-answers")


def import_xeducation() -> None:
    """9,240 people who asked about a course; 3,561 of them took one."""
    needs("xeducation_leads")
    bring("customers", "xeducation_leads/Leads.csv", "xeducation-customers")
    bring("leads", "xeducation_leads/Leads.csv", "xeducation-leads")
    bring("leads", "xeducation_leads/Leads.csv", "xeducation-conversions", mode="update")


def import_kag() -> None:
    """What 1,143 ads cost, and the 3,264 leads and 1,079 buyers they brought."""
    needs("kag_ads")
    for resource in ("costs", "customers", "leads", "orders"):
        bring(resource, "kag_ads/KAG_conversion_data.csv", f"kag-{resource}")
    bring("leads", "kag_ads/KAG_conversion_data.csv", "kag-conversions", mode="update")


def import_helpdesk() -> None:
    """The log of a help desk: 21,348 events of 4,580 tickets."""
    needs("helpdesk_italy")
    bring("ticket-events", "helpdesk_italy/helpdesk.csv", "helpdesk-ticket-events")


def import_telco() -> None:
    """7,043 subscribers of a telephone company, of whom 1,869 left within the month."""
    needs("telco")
    bring("customers", "telco/Telco-Customer-Churn.csv", "telco-customers")
    bring("subscriptions", "telco/Telco-Customer-Churn.csv", "telco-subscriptions")


def import_bank() -> None:
    """4,119 clients a bank called about a deposit, and the 451 who took one."""
    needs("bank_additional")
    bring("customers", "bank_additional/bank-additional.csv", "bank-customers")
    bring("campaign-recipients", "bank_additional/bank-additional.csv", "bank-campaign-recipients")


def import_export(system: str) -> None:
    """The same 200 deals as another system exports them, with their companies where it exports those."""
    needs("migration")
    for resource, file, told in EXPORTS[system]:
        bring(resource, f"migration/{file}", told)


EXPORTS = {
    "hubspot": [
        ("customers", "hubspot-crm-exports-all-companies-2018-01-02.csv", "hubspot-customers"),
        ("deals", "hubspot-crm-exports-all-deals-2018-01-02.csv", "hubspot-deals"),
    ],
    "pipedrive": [("deals", "pipedrive-deals-1234567-1.csv", "pipedrive-deals")],
    "pipedrive saved by a German Excel": [("deals", "pipedrive-deals-excel-de.csv", "pipedrive-deals-de")],
    "salesforce report": [("deals", "salesforce-report-opportunities.csv", "salesforcereport-deals")],
    "salesforce data export": [
        ("customers", "salesforce-dataexport-Account.csv", "salesforce-customers"),
        ("deals", "salesforce-dataexport-Opportunity.csv", "salesforce-deals"),
    ],
    "zendesk": [
        ("tickets", "zendesk-export_2025_01_02_1.csv", "zendesk-tickets"),
        ("survey-answers", "zendesk-export_2025_01_02_1.csv", "zendesk-answers"),
    ],
    "stripe": [
        ("customers", "stripe-subscriptions.csv", "stripe-customers"),
        ("subscriptions", "stripe-subscriptions.csv", "stripe-subscriptions"),
    ],
}
