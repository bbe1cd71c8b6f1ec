"""What things cost, and what sellers are asked to reach."""

from collections.abc import Sequence
from typing import ClassVar

from customers.importing.fields import Column, columns_of
from customers.importing.links import Link
from customers.importing.resources import Draft, Resource
from customers.imports import person
from customers.models import Team
from sales.imports.catalogue import CAMPAIGN, LINE, PLAN
from sales.models import Cost, Quota


class Costs(Resource):
    """Money spent, on a day or over a span of days."""

    name = "costs"
    model = Cost
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Cost, "external_id"),
        *columns_of(Cost, "category", "amount", "starts_on", required=["category", "amount", "starts_on"]),
        *columns_of(Cost, "ends_on", "currency", "channel", "segment", "country", "note"),
        CAMPAIGN,
        LINE,
        PLAN,
        person("owner"),
    ]


class Quotas(Resource):
    """What a person or a team is to sell in a stretch of days."""

    name = "quotas"
    model = Quota
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Quota, "external_id"),
        *columns_of(Quota, "starts_on", "ends_on", "amount", required=["starts_on", "ends_on", "amount"]),
        *columns_of(Quota, "currency", "basis"),
        person("owner"),
        Link("team", to=Team),
    ]

    def complete(self, draft: Draft) -> None:
        if draft.is_new and ("owner" in draft.values) == ("team" in draft.values):
            draft.refuse("owner", "A quota is for one person or one team.")
