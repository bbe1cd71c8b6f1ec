"""Pipelines and the stages they begin and end with."""

from django.db import transaction
from django.db.models import Max

from sales.choices import StageKind
from sales.models import Pipeline, Stage
from sales.services.moments import refuse


@transaction.atomic
def complete_pipeline(pipeline: Pipeline) -> Pipeline:
    """See that the pipeline ends in a won and a lost stage."""
    closing_stage(pipeline, kind=StageKind.WON)
    closing_stage(pipeline, kind=StageKind.LOST)
    return pipeline


def closing_stage(pipeline: Pipeline, *, kind: StageKind) -> Stage:
    """The stage where deals of this pipeline end; added where it is missing."""
    if stage := pipeline.stages.filter(kind=kind).first():
        return stage
    last = pipeline.stages.aggregate(last=Max("position"))["last"] or 0
    name = kind.label if not pipeline.stages.filter(name=kind.label).exists() else f"Closed: {kind.label.lower()}"
    chance = 1 if kind is StageKind.WON else 0
    return pipeline.stages.create(name=name, position=last + 1, kind=kind, probability=chance)


def default_pipeline() -> Pipeline:
    """The pipeline a deal goes through unless told otherwise."""
    if pipeline := Pipeline.objects.order_by("-is_default", "id").first():
        return pipeline
    raise refuse("pipeline", "There is no pipeline yet; add one first.", "no-pipeline")


def first_stage(pipeline: Pipeline) -> Stage:
    if stage := pipeline.stages.filter(kind=StageKind.OPEN).order_by("position").first():
        return stage
    raise refuse("stage", f"{pipeline} has no open stage; add one first.", "no-stage")
