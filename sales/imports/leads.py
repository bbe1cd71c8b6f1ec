"""Leads: people who may become customers, with the moments of their way."""

from collections.abc import Sequence
from typing import ClassVar

from customers.importing.fields import Column, columns_of
from customers.importing.resources import Draft, Resource
from customers.imports import customer, person
from sales.imports.catalogue import CAMPAIGN
from sales.imports.payments import mark_customers_of_old
from sales.models import Lead


class Leads(Resource):
    """Inquiries and prospects, up to their conversion."""

    name = "leads"
    model = Lead
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Lead, "external_id"),
        *columns_of(Lead, "name", required=["name"]),
        *columns_of(Lead, "company", "email", "phone", "lead_source", "channel", "segment", "country"),
        *columns_of(Lead, "entered_by_staff", "is_spam", "note"),
        *columns_of(Lead, "created_at", "first_contacted_at", "qualified_at", "disqualified_at", "converted_at"),
        CAMPAIGN,
        person("owner"),
        customer(),
    ]
    happened = ("created_at", "first_contacted_at", "qualified_at", "disqualified_at", "converted_at")

    def complete(self, draft: Draft) -> None:
        """A converted lead was qualified by then at the latest."""
        draft.set_default("qualified_at", draft.values.get("converted_at"))

    def settle(self, drafts: Sequence[Draft]) -> None:
        mark_customers_of_old(draft.instance for draft in drafts)
