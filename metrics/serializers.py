"""Numbers, the rows behind them, and the nights they come from, as JSON."""

from enum import Enum
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from customers.doors import RecordSerializer
from metrics.benchmarks import Quality
from metrics.evaluate import Status
from metrics.language import Good, Reason, Unit
from metrics.models import Run, RunStep
from metrics.periods import Grain


def exact(help_text: str, **options: Any) -> serializers.DecimalField:
    """A number as digits in a string, so that nothing is lost on the way."""
    return serializers.DecimalField(max_digits=None, decimal_places=None, help_text=help_text, **options)


def words(kind: type[Enum], help_text: str = "", **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[(word.value, word.name) for word in kind], help_text=help_text, **options)


# ── What there is ───────────────────────────────────────────────────────────────────────────────────────────────


class DimensionSerializer(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()


class MeasureSerializer(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    definition = serializers.CharField(help_text="Which rows it counts, and on which day.")
    leaves_out = serializers.CharField(help_text="What is not among its rows, where the definition does not say it.")
    dated = serializers.CharField(help_text="Which column says when a row counts.")


class BenchmarkSerializer(serializers.Serializer):
    """What others report of the same number."""

    figures = serializers.CharField()
    about = serializers.CharField(help_text="Whom it is about.")
    grain = serializers.CharField(help_text="The step it is told for, where that matters.")
    source = serializers.CharField()  # type: ignore[assignment]  # A field of that name is as good as any.
    year = serializers.IntegerField(allow_null=True, help_text="Null where the publisher does not say.")
    quality = words(Quality, "How near it is to whoever measured it.")
    url = serializers.CharField()


class KPISerializer(serializers.Serializer):
    """A KPI as it is defined."""

    key = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField(help_text="The definition's first paragraph.")
    definition = serializers.CharField()
    formula = serializers.CharField(help_text="In words.")
    unit = words(Unit)
    currency = serializers.CharField(allow_null=True, help_text="Of money; null for other units.")
    good = words(Good, "Which way is better.")
    grains = serializers.ListField(child=words(Grain))
    dimensions = DimensionSerializer(many=True)
    measures = MeasureSerializer(many=True)
    also_called = serializers.ListField(child=serializers.CharField())
    edges = serializers.ListField(child=serializers.CharField(), help_text="What happens where it gets narrow.")
    example = serializers.CharField(help_text="The formula worked once with small numbers.")
    benchmarks = BenchmarkSerializer(many=True)
    matures_after_days = serializers.IntegerField(help_text="How long after a period its value may still grow.")
    sees = serializers.CharField(help_text="Whose records its numbers are about for you, in words.")
    url = serializers.URLField()


@extend_schema_serializer(many=False)
class CatalogueSerializer(serializers.Serializer):
    """Every KPI somebody may see, on one page."""

    results = KPISerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


# ── What it is ──────────────────────────────────────────────────────────────────────────────────────────────────


class CellSerializer(serializers.Serializer):
    """One number, with what it was divided from. A null value says why."""

    start = serializers.DateField()
    end = serializers.DateField(help_text="The day after the last.")
    member = serializers.CharField(required=False, allow_blank=True, help_text="Only where the KPI is cut.")
    label = serializers.CharField(required=False, help_text="What people call the member.")  # type: ignore[assignment]  # A field of that name is as good as any.
    unit = words(Unit)
    numerator = exact("Of the formula's outermost division; without one, the whole.", allow_null=True)
    denominator = exact("", allow_null=True)
    value = exact("In the KPI's unit; a share for percent.", allow_null=True)
    n = serializers.IntegerField(help_text="How many rows it stands on.")
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval of a share.")
    high = serializers.FloatField(allow_null=True)
    status = words(Status, "How settled it is.")
    reason = words(Reason, "Why there is no value.", allow_null=True)


class HeadingSerializer(serializers.Serializer):
    """A question as it was understood."""

    key = serializers.CharField()
    title = serializers.CharField()
    unit = words(Unit)
    currency = serializers.CharField(allow_null=True)
    start = serializers.DateField()
    end = serializers.DateField()
    grain = words(Grain, allow_null=True)
    by = serializers.CharField(allow_null=True)
    where = serializers.ListField(child=serializers.CharField())
    as_of = serializers.IntegerField(allow_null=True)
    settled_until = serializers.DateField(help_text="The first day no night had settled yet.")
    locked_until = serializers.DateField(allow_null=True, help_text="The first day whose books are still open.")
    sees = serializers.CharField()


class NumbersSerializer(HeadingSerializer):
    """Every number that answers the question."""

    cells = CellSerializer(many=True)


class FormulaTermSerializer(serializers.Serializer):
    """One term of the formula."""

    term = serializers.IntegerField()
    title = serializers.CharField()
    role = serializers.ChoiceField(choices=["numerator", "denominator", ""])
    total = exact("What its rows come to.", allow_null=True)
    n = serializers.IntegerField()
    adds_up = serializers.BooleanField(help_text="False for a percentile, whose rows are what it was taken from.")


class RowSerializer(serializers.Serializer):
    """One row behind a number."""

    record = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="The record's path in this API.")
    day = serializers.DateField(allow_null=True, help_text="The local day it counts on.")
    customer = serializers.IntegerField(allow_null=True)
    customer_name = serializers.CharField(allow_blank=True)
    contribution = exact("What it adds to the term.")
    details = serializers.CharField(allow_blank=True)
    run = serializers.IntegerField(allow_null=True, help_text="The run that wrote it.")


class RowsSerializer(HeadingSerializer):
    """A page of the rows behind one term, and what all of them come to."""

    terms = FormulaTermSerializer(many=True)
    term = serializers.IntegerField(help_text="The term these rows are of.")
    total = exact("What all rows of the term come to, not only this page's.", allow_null=True)
    results = RowSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


# ── What was said, and what changed ─────────────────────────────────────────────────────────────────────────────


class RevisionSerializer(serializers.Serializer):
    """One value as it was published; none is ever overwritten."""

    grain = words(Grain)
    start = serializers.DateField()
    end = serializers.DateField()
    revision = serializers.IntegerField()
    is_latest = serializers.BooleanField()
    is_reported = serializers.BooleanField(
        help_text="What stood when the books were locked, else what was first published when the period was over."
    )
    is_locked = serializers.BooleanField(help_text="Whether a lock closed the period.")
    numerator = exact("", allow_null=True)
    denominator = exact("", allow_null=True)
    value = exact("", allow_null=True)
    n = serializers.IntegerField()
    status = words(Status)
    reason = words(Reason, allow_null=True)
    run = serializers.IntegerField()
    published_at = serializers.DateTimeField()


class RevisionsSerializer(HeadingSerializer):
    """All that was published for some days, period by period, the oldest revision first."""

    results = RevisionSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SideSerializer(serializers.Serializer):
    """A number as it was known in one run."""

    numerator = exact("", allow_null=True)
    denominator = exact("", allow_null=True)
    value = exact("", allow_null=True)
    n = serializers.IntegerField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    status = words(Status)
    reason = words(Reason, allow_null=True)


class MovedTermSerializer(serializers.Serializer):
    """One term of the formula, then and now."""

    term = serializers.IntegerField()
    title = serializers.CharField()
    role = serializers.ChoiceField(choices=["numerator", "denominator", ""])
    before = exact("", allow_null=True)
    after = exact("", allow_null=True)
    difference = exact("", allow_null=True)
    left = exact("What the rows that left came to; null for a percentile.", allow_null=True)
    came = exact("What the rows that came come to.", allow_null=True)
    n_left = serializers.IntegerField()
    n_came = serializers.IntegerField()
    records = serializers.IntegerField(help_text="How many records moved.")
    is_explained = serializers.BooleanField(help_text="Whether what came, less what left, is the difference.")


class CauseSerializer(serializers.Serializer):
    """A change behind moved rows."""

    by = serializers.IntegerField(allow_null=True, help_text="Null where nobody signed: the system, or by hand.")
    by_name = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    of = serializers.CharField(allow_blank=True, help_text="What was changed, where it was not the record itself.")


class MovedRowSerializer(serializers.Serializer):
    """A record that adds something else than before."""

    record = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    customer = serializers.IntegerField(allow_null=True)
    customer_name = serializers.CharField(allow_blank=True)
    what = serializers.ChoiceField(choices=["came", "left", "changed"])
    day_before = serializers.DateField(allow_null=True)
    day_after = serializers.DateField(allow_null=True)
    before = exact("What it added; null where it came.", allow_null=True)
    after = exact("What it adds; null where it left.", allow_null=True)
    difference = exact("")
    causes = CauseSerializer(many=True)


class ChangesSerializer(HeadingSerializer):
    """What changed in a number between two runs, and a page of the records that moved in one of its terms."""

    since = serializers.IntegerField(help_text="The earlier run.")
    before = SideSerializer()
    after = SideSerializer()
    redefined = serializers.ListField(
        child=serializers.CharField(), help_text="Measures counted by another definition than they were."
    )
    terms = MovedTermSerializer(many=True)
    term = serializers.IntegerField(help_text="The term these rows are of.")
    results = MovedRowSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


# ── The nights ──────────────────────────────────────────────────────────────────────────────────────────────────


class RunStepSerializer(serializers.ModelSerializer):
    class Meta:
        model = RunStep
        fields = [
            *("kind", "key", "state", "attempts", "worker", "started_at"),
            *("opened", "closed", "seconds", "error"),
        ]


class RunSerializer(RecordSerializer):
    class Meta:
        model = Run
        fields = ["kind", "status", "through", "zone", "currency", "definitions", "started_at", "finished_at", "error"]
        read_only_fields = fields


class RunWithStepsSerializer(RunSerializer):
    """A run, and what it did with each measure and KPI."""

    steps = RunStepSerializer(many=True, read_only=True)

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "steps"]
        read_only_fields = fields
