"""Campaigns: whom each was sent to, and who answered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from customers.importing.fields import Column, columns_of
from customers.importing.resources import Draft, Resource
from customers.imports import customer
from sales.imports.catalogue import CAMPAIGN
from sales.models import CampaignRecipient


class CampaignRecipients(Resource):
    """Addresses and people a campaign was sent to or called, whether it reached them, and when they responded."""

    name = "campaign-recipients"
    model = CampaignRecipient
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(CampaignRecipient, "external_id"),
        replace(CAMPAIGN, required=True),
        customer(),
        *columns_of(CampaignRecipient, "email"),
        *columns_of(CampaignRecipient, "sent_at", required=["sent_at"]),
        *columns_of(CampaignRecipient, "bounced_at", "responded_at"),
    ]
    happened = ("sent_at", "bounced_at", "responded_at")

    def complete(self, draft: Draft) -> None:
        """Somebody was reached: a customer, or an address."""
        if draft.is_new and not draft.values.get("customer") and not draft.values.get("email"):
            draft.refuse("email", "Name the customer, or give the address.")
