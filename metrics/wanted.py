# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""A measure turned into one SQL statement: the facts its records ask for, as they stand now.

The measure's own rows come from its QuerySet. What holds for every measure is said here once: the local day of a
moment, the exchange rate of that day, the customer as described then, the worker's team of that day, and that test
customers never count.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, BooleanField, Case, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from customers.models import Customer
from metrics.dimensions import DIMENSIONS
from metrics.language import Cut, Elapsed, Gain, Measure, Revaluation
from sales.models import FxRate
from sales.told import ToldQuerySet

ALWAYS = ("record", "part", "subject", "day", "at", "value", "marks", "rate", "is_unpriced")
DESCRIBED = "described."

AGE_BANDS = """CASE WHEN {years} IS NULL THEN '' WHEN {years} < 18 THEN 'under 18' WHEN {years} < 25 THEN '18-24'
    WHEN {years} < 35 THEN '25-34' WHEN {years} < 45 THEN '35-44' WHEN {years} < 55 THEN '45-54'
    WHEN {years} < 65 THEN '55-64' ELSE '65 and over' END"""

RATE = f"""LEFT JOIN LATERAL (
    SELECT r.rate FROM {FxRate._meta.db_table} r
    WHERE r.base = w.currency AND r.quote = %s AND r.on <= {{day}} AND w.currency <> %s
    ORDER BY r.on DESC LIMIT 1) {{name}} ON true"""


@dataclass(frozen=True)
class Statement:
    """SQL, its parameters, and the columns of its rows: those of every fact, and the cuts the measure has."""

    sql: str
    params: tuple[Any, ...]
    columns: tuple[str, ...]


def wanted(measure: type[Measure], *, records: Collection[int] | None = None) -> Statement:
    """The facts a measure wants: of all records, or of just these."""
    rows = measure.rows()
    if records is not None:
        rows = _of_their_customers(measure, rows, records) if isinstance(rows, ToldQuerySet) else rows
        rows = rows.filter(**{f"{measure.record}__in": records})
    return _Writer(measure).statement(rows)


def _of_their_customers(measure: type[Measure], rows: Any, records: Collection[int]) -> Any:
    """Rows read out of the stories of just those customers the records are about."""
    if measure.model is Customer:
        return rows.of(records)
    return rows.of(measure.model._base_manager.filter(pk__in=records).values_list("customer_id", flat=True).distinct())


class _Writer:
    """Writes the statement of one measure, clause by clause."""

    def __init__(self, measure: type[Measure]) -> None:
        self.measure = measure
        self.zone = settings.TIME_ZONE
        self.currency = settings.REPORTING_CURRENCY
        self.is_day = measure.clock.endswith("_on")
        self.row_cuts = {c.dimension.key: c for c in measure.cuts if c.path and not c.path.startswith(DESCRIBED)}
        self.worker = next((c for c in measure.cuts if c.dimension.key in ("owner", "agent")), None)

    def statement(self, rows: QuerySet) -> Statement:
        columns = self._inner_columns()
        inner, inner_params = (
            rows.order_by()
            .annotate(**{f"f_{name}": expression for name, expression in columns.items()})
            .values_list(*[f"f_{name}" for name in columns])
            .query.sql_with_params()
        )
        joins, join_params = self._joins()
        own = {dimension.key for dimension in self.measure.own_dimensions()}
        keys = tuple(key for key in DIMENSIONS if key in own)
        cuts = "".join(f", {self._member(key)}" for key in keys)
        sql = f"""
            SELECT w.record, {self._part()}, w.subject, d.day, d.at, {self._value()}, {self._marks(columns)},
                   {self._rate()}, {self._is_unpriced()}{cuts}
            FROM ({inner}) AS w ({", ".join(columns)})
            {joins}
            WHERE c.is_test IS NOT TRUE"""
        return Statement(sql, (*inner_params, *join_params), (*ALWAYS, *keys))

    def _inner_columns(self) -> dict[str, Any]:
        """What is read from the measure's own rows, by the name the outer statement knows it by."""
        m = self.measure
        columns: dict[str, Any] = {
            "record": F(m.record),
            "part": F(m.part) if m.part else Value(0),
            "subject": F(m.subject) if m.subject else Cast(Value(None), BigIntegerField()),
            "moment": F(m.clock),
        }
        if m.through:
            columns["through"] = F(m.through)
        if m.as_of:
            columns["described"] = F(m.as_of)
        if m.currency:
            columns["currency"] = F(m.currency)
        columns |= {name: F(path) for name, path in amounts_of(m.value).items()}
        if self.worker and not self.worker.path.startswith(DESCRIBED):
            columns["worker"] = F(self.worker.path)
        columns |= {f"cut_{key}": Cast(F(c.path), TextField()) for key, c in self.row_cuts.items()}
        return columns | {
            f"mark_{i}": Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
            for i, condition in enumerate(m.marks.values())
        }

    def _joins(self) -> tuple[str, list[Any]]:
        clauses, params = [], []
        step = "0"
        if self.measure.through:
            clauses.append("CROSS JOIN LATERAL generate_series(0, coalesce(w.through, w.moment) - w.moment) AS s (i)")
            step = "s.i"
        if self.is_day:
            clauses.append(
                f"CROSS JOIN LATERAL (SELECT w.moment + {step} AS day,"
                f" (w.moment + {step})::timestamp AT TIME ZONE %s AS at) d"
            )
        else:
            clauses.append("CROSS JOIN LATERAL (SELECT (w.moment AT TIME ZONE %s)::date AS day, w.moment AS at) d")
        params.append(self.zone)
        described = "w.described" if self.measure.as_of else "d.at"
        clauses.append(f"CROSS JOIN LATERAL (SELECT ({described} AT TIME ZONE %s)::date AS day) k")
        params.append(self.zone)
        clauses.append("LEFT JOIN customers_customer c ON c.id = w.subject")
        clauses.append(
            "LEFT JOIN customers_customerversion v ON v.customer_id = w.subject"
            f" AND v.valid_from <= {described} AND v.valid_to > {described}"
        )
        if self.worker:
            clauses.append(
                f"LEFT JOIN customers_teammembership p ON p.user_id = {self._worker_column()}"
                " AND p.joined_on <= k.day AND (p.left_on IS NULL OR p.left_on > k.day)"
                " LEFT JOIN customers_team t ON t.id = p.team_id"
            )
        if self.measure.currency:
            clauses.append(RATE.format(day="d.day", name="fx"))
            params += [self.currency, self.currency]
        if isinstance(self.measure.value, Revaluation):
            clauses.append(RATE.format(day=f"(w.since AT TIME ZONE '{self.zone}')::date", name="fx_since"))
            params += [self.currency, self.currency]
        return "\n".join(clauses), params

    def _worker_column(self) -> str:
        path = self.worker.path if self.worker else ""
        return f"v.{path.removeprefix(DESCRIBED)}_id" if path.startswith(DESCRIBED) else "w.worker"

    def _part(self) -> str:
        return "s.i" if self.measure.through else "w.part"

    def _rate(self) -> str:
        if not self.measure.currency:
            return "NULL::numeric(18, 9)"
        return f"CASE WHEN w.currency = '{self.currency}' THEN 1 ELSE fx.rate END::numeric(18, 9)"

    def _rates(self) -> tuple[str, ...]:
        rates = [self._rate()]
        if isinstance(self.measure.value, Revaluation):
            rates.append(self._rate().replace("fx.rate", "fx_since.rate"))
        return tuple(rates)

    def _is_unpriced(self) -> str:
        if not self.measure.currency:
            return "false"
        return f"({self._rate()}) IS NULL"

    def _micros(self, amount: str, rate: str) -> str:
        return f"round(coalesce({amount}, 0) * ({rate}) * 1000000)"

    def _value(self) -> str:
        """Whole numbers: millionths of the reporting currency, seconds, or the number itself."""
        match self.measure.value:
            case None:
                return "1::bigint"
            case Elapsed():
                return "round(extract(epoch FROM w.until - w.since))::bigint"
            case Gain():
                after, before = (self._micros(f"w.{end}", self._rate()) for end in ("after", "before"))
                return f"coalesce({after} - {before}, 0)::bigint"
            case Revaluation():
                # Each end on its own: what counted 0 for want of a rate is worth something from the first rate on.
                now, then = (f"coalesce({self._micros('w.amount', rate)}, 0)" for rate in self._rates())
                return f"({now} - {then})::bigint"
        if not self.measure.currency:
            return "w.value::bigint"
        if not self.measure.through:
            return f"coalesce({self._micros('w.value', self._rate())}, 0)::bigint"
        days = "(coalesce(w.through, w.moment) - w.moment + 1)"
        until = [self._micros(f"w.value * (s.i + {n}) / {days}", self._rate()) for n in (1, 0)]
        return f"coalesce({until[0]} - {until[1]}, 0)::bigint"

    def _marks(self, columns: dict[str, Any]) -> str:
        bits = [f"w.mark_{i}::int * {1 << i}" for i in range(len(self.measure.marks))]
        return f"({' + '.join(bits) or '0'})::smallint"

    def _member(self, key: str) -> str:
        """The member of one of the measure's dimensions, '' where the row has none."""
        cut = next(c for c in self.measure.cuts if c.dimension.key == key)
        return f"left(coalesce({self._source(cut)}, ''), 120)"

    def _source(self, cut: Cut) -> str:
        dimension = cut.dimension
        if cut.path.startswith(DESCRIBED):
            column = cut.path.removeprefix(DESCRIBED)
            return f"v.{column}_id::text" if dimension.key == "owner" else f"v.{column}"
        team = "t.id::text" if dimension.column == "name" else f"t.{dimension.column}"
        if dimension.origin == "person":
            return (
                f"coalesce(w.cut_{dimension.key}, {team})"
                if cut.path and self.worker
                else (f"w.cut_{dimension.key}" if cut.path else team)
            )
        if cut.path:
            return f"w.cut_{dimension.key}"
        if dimension.column == "age":
            return AGE_BANDS.format(years="(extract(year FROM k.day) - v.birth_year)")
        return f"v.{dimension.column}"


def amounts_of(value: Any) -> dict[str, str]:
    """The columns a value is computed from: name in the statement to path on the row."""
    match value:
        case None:
            return {}
        case Elapsed(start, end):
            return {"since": start, "until": end}
        case Gain(before, after):
            return {"before": before, "after": after}
        case Revaluation(amount, since):
            return {"amount": amount, "since": since}
    return {"value": value}
