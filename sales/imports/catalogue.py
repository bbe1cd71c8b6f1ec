"""Products, and how an import finds or makes what everybody in sales shares."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.text import slugify

from customers.importing.fields import Column, columns_of
from customers.importing.links import Link, maker
from customers.importing.resources import Resource
from sales.choices import StageKind
from sales.models import Campaign, LostReason, Pipeline, Plan, Product, ProductLine, Stage

WORDS = {
    "won": StageKind.WON,
    "closed won": StageKind.WON,
    "lost": StageKind.LOST,
    "closed lost": StageKind.LOST,
}


def coded(model: type[Any]) -> Any:
    """Creates a record that goes by a code, from its name."""

    def make(name: str, **how: Any) -> Any:
        return model(
            code=slugify(name)[:60] or f"{model._meta.model_name}-{model.objects.count() + 1}", name=name, **how
        )

    return make


def new_pipeline(name: str, *, stages: Sequence[str] = (), **how: Any) -> Pipeline:
    """A pipeline with the stages the map names, in their order."""
    pipeline = Pipeline.objects.create(name=name, **how)
    for stage in stages:
        new_stage(stage, pipeline=pipeline).save()
    return pipeline


def new_stage(name: str, *, pipeline: Pipeline | None, **how: Any) -> Stage:
    """The next stage of a pipeline; one called Won or Lost is where deals end."""
    if pipeline is None:
        raise ValueError("name its pipeline")
    kind = WORDS.get(name.casefold(), StageKind.OPEN)
    chance = 1 if kind is StageKind.WON else 0
    last = pipeline.stages.order_by("position").last()
    defaults = {"kind": kind, "probability": chance, "position": last.position + 1 if last else 1}
    return Stage(pipeline=pipeline, name=name, **(defaults | how))


def usual_pipeline() -> Pipeline | None:
    return Pipeline.objects.order_by("-is_default", "id").first()


PRODUCT = Link("product", to=Product, ways=("external_id", "sku", "name"), create=maker(Product))
LINE = Link(
    "line", label="Product line", to=ProductLine, ways=("external_id", "code", "name"), create=coded(ProductLine)
)
PLAN = Link("plan", to=Plan, ways=("external_id", "code", "name"), create=coded(Plan))
CAMPAIGN = Link("campaign", to=Campaign, ways=("external_id", "code", "name"), create=coded(Campaign))
PIPELINE = Link("pipeline", to=Pipeline, create=new_pipeline)
STAGE = Link("stage", to=Stage, create=new_stage, within="pipeline", otherwise=usual_pipeline)
LOST_REASON = Link("lost_reason", to=LostReason, create=maker(LostReason))


class Products(Resource):
    """What we sell."""

    name = "products"
    model = Product
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Product, "external_id"),
        *columns_of(Product, "name", required=["name"]),
        *columns_of(Product, "sku", "unit_price", "unit_cost", "currency"),
        LINE,
    ]
