"""Deals with their way through a pipeline, told by the stage and the dates a file has."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, prefetch_related_objects
from django.utils import timezone

from customers.importing.fields import Column, Moment, columns_of
from customers.importing.links import Link
from customers.importing.resources import Draft, Resource
from customers.imports import customer, person
from customers.models import Contact
from sales.choices import Outcome, StageKind
from sales.imports.catalogue import CAMPAIGN, LOST_REASON, PIPELINE, PRODUCT, STAGE, usual_pipeline
from sales.imports.ways import Stay, Wanted, differs, follow, stage_changes, way_of
from sales.models import Deal, Lead, Pipeline, Stage
from sales.services.acquisition import convert_waiting_lead
from sales.services.pipelines import closing_stage, first_stage

ENTERED = "entered:"
ENDS = {StageKind.WON: Outcome.WON, StageKind.LOST: Outcome.LOST}
KINDS = {outcome: kind for kind, outcome in ENDS.items()}
HISTORY = ("pipeline", "stage", "outcome", "closed_at", "created_at", "amount")


class Deals(Resource):
    """Sales in the making, won and lost. `entered:Offer` is the moment a deal entered the stage Offer."""

    name = "deals"
    model = Deal
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Deal, "external_id"),
        *columns_of(Deal, "name", required=["name"]),
        *columns_of(Deal, "kind", "amount", "currency", "first_year_amount", "mrr", "channel", "lead_source"),
        *columns_of(Deal, "created_at", "expected_close_on", "outcome", "closed_at", "note"),
        Moment("close_on", label="Close date"),  # when it closed, or else is expected to
        customer(),
        Link("contact", to=Contact, ways=("external_id", "email")),
        Link("lead", to=Lead, ways=("external_id", "email")),
        person("owner"),
        PIPELINE,
        STAGE,
        PRODUCT,
        LOST_REASON,
        CAMPAIGN,
    ]
    happened = ("created_at", "closed_at")

    def __init__(self) -> None:
        self.stages: dict[tuple[int, str], Stage] = {}

    def column(self, name: str) -> Column | None:
        return Moment(name) if name.startswith(ENTERED) else super().column(name)

    def complete(self, draft: Draft) -> None:
        """Read the outcome and the way through the pipeline from whatever the row has."""
        self.say_outcome(draft)
        wanted = Wanted(
            stage=self.open_stage(draft),
            outcome=draft.values.get("outcome"),
            closed_at=draft.values.get("closed_at"),
            created_at=draft.values.get("created_at"),
            entered=self.entered(draft),
        )
        draft.values["way"] = wanted
        if draft.is_new:
            self.begin(draft, wanted)
        else:
            wanted.names_amount, wanted.amount = "amount" in draft.values, draft.values.get("amount")
            for name in HISTORY:
                draft.values.pop(name, None)

    def say_outcome(self, draft: Draft) -> None:
        """The outcome the row names, or the one its stage means; and its one date for both kinds of closing."""
        values, stage = draft.values, draft.values.get("stage")
        meant = ENDS.get(stage.kind, Outcome.OPEN) if stage else None
        if meant and values.setdefault("outcome", meant) != meant:
            draft.refuse("outcome", f"The stage {stage} says otherwise.")
        if meant is not None:
            values.setdefault("outcome", meant)
        if close_on := values.get("close_on"):
            if values.get("outcome"):
                values.setdefault("closed_at", close_on)
            else:
                values.setdefault("expected_close_on", timezone.localdate(close_on))
        if values.get("outcome") and draft.is_new and not values.get("closed_at"):
            draft.refuse("closed_at", "Say when it closed.")

    def begin(self, draft: Draft, wanted: Wanted) -> None:
        """A new deal: its pipeline, the way it went, and the stage that led it to."""
        values, stage = draft.values, draft.values.get("stage")
        pipeline = stage.pipeline if stage else values.get("pipeline") or self.stage_of(usual_pipeline)
        if pipeline is None:
            draft.refuse("pipeline", "There is no pipeline yet; name one.")
            return
        wanted.created_at = values.setdefault("created_at", timezone.now())
        try:
            first = wanted.stage or self.stage_of(first_stage, pipeline)
            end = (
                self.stage_of(closing_stage, pipeline, kind=KINDS[Outcome(wanted.outcome)]) if wanted.outcome else None
            )
        except ValidationError as wrong:
            draft.refuse("stage", " ".join(wrong.messages))
            return
        opening = self.stage_of(first_stage, pipeline) if wanted.entered else first
        way = way_of(wanted, opening, end)
        for before, after in pairwise(way):
            if after.at < before.at:
                draft.refuse("closed_at", f"It entered {before.stage} after that.")
        values |= {"pipeline": pipeline, "stage": way[-1].stage, "stays": way}
        if wanted.outcome and (owner := values.get("owner")):
            values["credited_to"] = owner

    def open_stage(self, draft: Draft) -> Stage | None:
        stage = draft.values.get("stage")
        return stage if stage and stage.kind == StageKind.OPEN else None

    def entered(self, draft: Draft) -> list[Stay]:
        """The dated stages of a row, by the names of their columns."""
        stays = []
        for name in [name for name in draft.values if name.startswith(ENTERED)]:
            pipeline = draft.values.get("pipeline") or self.stage_of(usual_pipeline)
            stage = self.stage_of(named_stage, pipeline, name=name.removeprefix(ENTERED))
            if stage is None:
                draft.refuse(name, f"{pipeline} has no such open stage.")
            elif draft.values[name] < draft.values.get("created_at", draft.values[name]):
                draft.refuse(name, "This is before the deal was created.")
            else:
                stays.append(Stay(stage, draft.values[name]))
        return stays

    def stage_of(self, find: Any, pipeline: Pipeline | None = None, **how: Any) -> Any:
        """What a question about pipelines answers, asked once."""
        key = (find, pipeline and pipeline.pk, *how.values())
        if key not in self.stages:
            self.stages[key] = find(*([pipeline] if pipeline else []), **how)
        return self.stages[key]

    def companions(self, drafts: Sequence[Draft]) -> Iterable[Model]:
        for draft in drafts:
            yield from stage_changes(draft.instance, draft.values["stays"])

    def rewrite(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Known deals take the new part of their way by the verbs people use."""
        prefetch_related_objects([draft.instance for draft in drafts], "stage_changes")
        moved = [draft for draft in drafts if differs(draft.instance, draft.values["way"])]
        for draft in moved:
            try:
                follow(draft.instance, draft.values["way"])
            except ValidationError as wrong:
                draft.refuse("stage", " ".join(wrong.messages))
        return moved

    def settle(self, drafts: Sequence[Draft]) -> None:
        """A won deal converts the lead it grew from."""
        for draft in drafts:
            if draft.instance.lead_id and draft.instance.outcome == Outcome.WON:
                convert_waiting_lead(draft.instance)


def named_stage(pipeline: Pipeline | None, *, name: str) -> Stage | None:
    return pipeline.stages.filter(name__iexact=name, kind=StageKind.OPEN).first() if pipeline else None
