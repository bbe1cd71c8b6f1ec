"""Whom campaigns were sent to comes in with who answered."""

from pathlib import Path

import pytest

from sales.models import CampaignRecipient
from tests.imports.bringing import bring, refused
from tests.makers import make_campaign, make_customer

pytestmark = pytest.mark.django_db

HEAD = "external_id,campaign,customer,email,sent_at,bounced_at,responded_at\n"


def test_recipients_are_customers_or_addresses(tmp_path: Path):
    campaign, acme = make_campaign(name="Spring"), make_customer(name="Acme")
    rows = "1,Spring,Acme,,2025-03-01,,2025-03-04\n2,Spring,,ada@example.com,2025-03-01,2025-03-02,\n"
    assert bring(tmp_path, "campaign-recipients", HEAD + rows).created == 2
    answered, bounced = CampaignRecipient.objects.order_by("external_id")
    assert (answered.campaign, answered.customer, answered.email) == (campaign, acme, "")
    assert (answered.responded_at - answered.sent_at).days == 3
    assert (bounced.email, bounced.responded_at) == ("ada@example.com", None)
    assert bring(tmp_path, "campaign-recipients", HEAD + rows, mode="upsert").unchanged == 2


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("1,Spring,,,2025-03-01,,", "email", "Name the customer, or give the address."),
        ("1,,,a@example.com,2025-03-01,,", "campaign", "This is required."),
        ("1,Autumn,,a@example.com,2025-03-01,,", "campaign", "There is no campaign of this name here."),
        ("1,Spring,,a@example.com,,,", "sent_at", "This is required."),
        ("1,Spring,,a@example.com,2025-03-01,,2025-02-28", "responded_at", "This cannot be kept: "),
        ("1,Spring,,a@example.com,2199-03-01,,", "sent_at", "This is in the future."),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column(row, column, reason, tmp_path: Path):
    make_campaign(name="Spring")
    problems = refused(tmp_path, "campaign-recipients", f"{HEAD}{row}\n")
    assert [(one.row, one.column) for one in problems] == [(2, column)]
    assert problems[0].reason.startswith(reason)
