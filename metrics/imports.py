"""What an import of numbers told by hand and of goals can carry."""

from collections.abc import Sequence
from typing import ClassVar

from customers.importing.fields import Column, columns_of
from customers.importing.links import Link
from customers.importing.resources import Draft, Resource
from customers.imports import person
from metrics.models import Goal, ManualMeasure, ManualValue


class ManualValues(Resource):
    """Numbers told by hand, each for a stretch of days."""

    name = "manual-values"
    model = ManualValue
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(ManualValue, "external_id"),
        Link("measure", to=ManualMeasure, ways=("external_id", "key", "title"), required=True),
        *columns_of(ManualValue, "starts_on", "ends_on", "value", required=["starts_on", "ends_on", "value"]),
        *columns_of(ManualValue, "note"),
    ]
    match = ("external_id",)


class Goals(Resource):
    """What numbers are to become, by when and why."""

    name = "goals"
    model = Goal
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Goal, "external_id"),
        *columns_of(
            Goal, "name", "kpi", "target", "starts_on", "ends_on", "why",
            required=["name", "kpi", "target", "starts_on", "ends_on", "why"],
        ),
        *columns_of(Goal, "scope", "baseline"),
        person("owner"),
    ]  # fmt: skip
    match = ("external_id",)

    def complete(self, draft: Draft) -> None:
        """A goal is about a KPI there is."""
        from metrics.registry import kpi_of

        try:
            kpi_of(str(draft.get("kpi")))
        except LookupError as error:
            draft.refuse("kpi", str(error))


IMPORTS: list[type[Resource]] = [ManualValues, Goals]
