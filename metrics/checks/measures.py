"""What can be wrong with a measure."""

from collections import Counter
from collections.abc import Callable, Iterator

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db.models import DateField, DateTimeField, F, Field, IntegerField, Q, QuerySet

from customers.models import Customer, CustomerVersion
from metrics.checks.words import Complaint, documented
from metrics.dimensions import DIMENSIONS
from metrics.language import MEASURES, Cut, Elapsed, Gain, Measure, Revaluation
from metrics.wanted import DESCRIBED

MOST_MARKS = 14  # They are the bits of a small whole number.


def measure_complaints(measure: type[Measure]) -> Iterator[Complaint]:
    yield from documented(measure)
    try:
        rows = measure.rows()
    except Exception as error:
        yield "rows", f"It gives no rows: {error}"
        return
    if not isinstance(rows, QuerySet):
        yield "rows", "It gives no QuerySet."
        return
    yield from _paths(measure, rows)
    yield from _marks(measure, rows)
    yield from _cuts(measure, rows)


def _paths(measure: type[Measure], rows: QuerySet) -> Iterator[Complaint]:
    """Every path leads to a column of the right sort."""
    clock = getattr(measure, "clock", "")
    if not clock.endswith(("_on", "_at")) and clock.split("__")[-1] != "at":
        yield "clock", "A clock is a moment (`…_at`) or a day (`…_on`)."
    wanted: list[tuple[str, str, Callable[[Field], bool], str]] = [
        ("clock", clock, _is_day if clock.endswith("_on") else _is_moment, "a day or moment, as its name says"),
        ("through", measure.through, _is_day, "a day"),
        ("as_of", measure.as_of, _is_moment, "a moment"),
        ("subject", measure.subject, lambda field: field.related_model is Customer, "a customer"),
        ("record", measure.record, lambda field: True, "a record"),
        ("part", measure.part, lambda field: isinstance(field, IntegerField), "a whole number"),
        ("currency", measure.currency, lambda field: True, "a currency"),
        *(("value", path, sort, what) for path, sort, what in _values(measure)),
    ]
    for attribute, path, fits, sort in wanted:
        if not path:
            continue
        field = _field(rows, path)
        if field is None:
            yield attribute, f"{rows.model.__name__} has no {path!r}."
        elif not fits(field):
            yield attribute, f"{path!r} is not {sort}."
    if measure.through and measure.part:
        yield "part", "The parts of a span are its days."
    if measure.through and not clock.endswith("_on"):
        yield "through", "Only what counts on a day can reach to another."
    if measure.currency and measure.value is None:
        yield "value", "Money has a value."


def _values(measure: type[Measure]) -> list[tuple[str, Callable[[Field], bool], str]]:
    match measure.value:
        case Elapsed(start, end):
            return [(start, _is_moment, "a moment"), (end, _is_moment, "a moment")]
        case Gain(before, after):
            return [(before, _is_number, "a number"), (after, _is_number, "a number")]
        case Revaluation(amount, since):
            return [(amount, _is_number, "a number"), (since, _is_moment, "a moment")]
    return [(measure.value, _is_number, "a number")] if measure.value else []


def _field(rows: QuerySet, path: str) -> Field | None:
    """The column a path leads to, or what it is computed as; none where it leads nowhere."""
    try:
        told = rows.order_by().annotate(_led_to=F(path)).query.annotations["_led_to"]
        return getattr(told, "target", None) or told.output_field
    except FieldError:
        return None


def _is_moment(field: Field) -> bool:
    return isinstance(field, DateTimeField)


def _is_day(field: Field) -> bool:
    return isinstance(field, DateField) and not isinstance(field, DateTimeField)


def _is_number(field: Field) -> bool:
    return field.get_internal_type() in ("DecimalField", "FloatField") or isinstance(field, IntegerField)


def _marks(measure: type[Measure], rows: QuerySet) -> Iterator[Complaint]:
    if len(measure.marks) > MOST_MARKS:
        yield "marks", f"{len(measure.marks)} marks are more than {MOST_MARKS}."
    for name, condition in measure.marks.items():
        try:
            if not isinstance(condition, Q):
                raise FieldError("this is no condition (Q).")
            rows.filter(condition)
        except FieldError as error:
            yield "marks", f"{name}: {error}"


def _cuts(measure: type[Measure], rows: QuerySet) -> Iterator[Complaint]:
    keys = Counter(dimension.key for dimension in measure.dimensions())
    yield from (("by", f"{key} is named {times} times.") for key, times in keys.items() if times > 1)
    for cut in measure.cuts:
        if DIMENSIONS.get(cut.dimension.key) != cut.dimension:
            yield "by", f"{cut.dimension.key} is not among the dimensions."
        elif wrong := _wrong_with(cut, measure, rows):
            yield "by", f"{cut.dimension.key}: {wrong}"


def _wrong_with(cut: Cut, measure: type[Measure], rows: QuerySet) -> str:
    if cut.lender:
        lender = MEASURES.get(cut.lender)
        if lender is None or cut.dimension not in lender.dimensions() or lender.lender_of(cut.dimension):
            return f"there is no measure {cut.lender} that has it."
        return "" if measure.subject and lender.subject else "it is lent from customer to customer."
    workers = {"owner", "agent"} & {dimension.key for dimension in measure.dimensions()}
    if cut.path.startswith(DESCRIBED):
        try:
            CustomerVersion._meta.get_field(cut.path.removeprefix(DESCRIBED))
        except FieldDoesNotExist as error:
            return str(error)
        return "" if measure.subject else "a description needs the subject described."
    if cut.path:
        return "" if _field(rows, cut.path) else f"{rows.model.__name__} has no {cut.path!r}."
    needs = {"row": "a path.", "person": "" if workers else "a cut by owner or agent beside it."}
    lacks = needs.get(cut.dimension.origin, "" if measure.subject else "the measure's subject.")
    return f"it needs {lacks}" if lacks else ""
