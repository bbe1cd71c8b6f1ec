# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""What changed in a number between two runs: which rows left, which came, and who changed the records behind them.

Both sides are read by the statements that open a number to its rows, so that what came, less what left, is the
difference exactly.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError

from customers.models import Customer, User
from metrics.asking import Question
from metrics.evaluate import Value
from metrics.explain import PAGE, Component, contributions, names_of, url_of
from metrics.language import Cohort, Count, Distinct, Leaf, Percentile, Stock, Total, inside
from metrics.listed import Listed
from metrics.models import Cause, MeasureState, Run
from metrics.models.fact import FOR_EVER
from metrics.reading import lists, numbers_of, scale, stretches_of
from metrics.reading.cohorts import cohort_scale
from metrics.sight import model_of
from metrics.sql import query


@dataclass(frozen=True)
class Why:
    """A change behind moved rows: by whom, when, and of what, where it was not the record itself."""

    actor: int | None
    who: str
    at: datetime
    of: str = ""


@dataclass(frozen=True)
class Moved:
    """One record that adds something else than before: nothing before, where it came; nothing now, where it left."""

    record: int
    kind: str
    name: str
    url: str
    customer: str
    customer_id: int | None
    was: Fraction | None
    now: Fraction | None
    day_was: date | None
    day_now: date | None
    key: str
    whys: list[Why] = field(default_factory=list)

    @property
    def adds(self) -> Fraction:
        return (self.now or Fraction(0)) - (self.was or Fraction(0))

    @property
    def word(self) -> str:
        if self.was is None:
            return "came"
        return "left" if self.now is None else "changed"


class Turnover(NamedTuple):
    """All rows that moved in one term: how many records, how many rows left and came, and what they come to."""

    records: int
    n_left: int
    n_came: int
    left: Fraction
    came: Fraction


@dataclass(frozen=True)
class Term:
    """One term of the formula, then and now."""

    before: Component
    after: Component
    moved: Turnover

    @property
    def index(self) -> int:
        return self.after.index

    @property
    def leaf(self) -> Leaf:
        return self.after.leaf

    @property
    def difference(self) -> Fraction | None:
        if self.before.amount is None or self.after.amount is None:
            return None
        return self.after.amount - self.before.amount

    @property
    def is_explained(self) -> bool:
        """Whether what came, less what left, is the difference."""
        if not self.after.adds_up:
            return self.after.n - self.before.n == self.moved.n_came - self.moved.n_left
        return self.difference == self.moved.came - self.moved.left


@dataclass(frozen=True)
class Comparison:
    """The same question as it was known in an earlier run, and as it is known now or was in a later one."""

    before: Question
    after: Question

    @cached_property
    def values(self) -> tuple[Value, Value]:
        return self.before.answer().total[0], self.after.answer().total[0]

    @cached_property
    def terms(self) -> list[Term]:
        pairs = zip(self.before.components(), self.after.components(), strict=True)
        return [Term(before, after, self._turnover(after.leaf)) for before, after in pairs]

    @cached_property
    def redefined(self) -> list[str]:
        """Measures that are counted by another definition than they were."""
        then, now = (self._numbers(side) for side in (self.before, self.after))
        return [m.title for m in self.after.kpi.measures() if then[m.key] and then[m.key] != now[m.key]]

    @property
    def run(self) -> Run | None:
        return Run.objects.filter(pk=self.after.cut.as_of).first() if self.after.cut.as_of else None

    @property
    def since(self) -> Run:
        return Run.objects.get(pk=self.before.cut.as_of or 0)

    def rows(self, leaf: Leaf, *, after: str = "", limit: int = PAGE) -> list[Moved]:
        """The records that moved in one term, those that matter most first. Raises `ValidationError` for a bad key."""
        sql, params = self._records(leaf)
        size = "abs(coalesce(now, 0) - coalesce(was, 0))"
        beyond, place = _beyond(after, size)
        found = query(
            f"""
            SELECT record, subject, was, now, day_was, day_now, {size} FROM ({sql}) records
            WHERE true {beyond} ORDER BY 7 DESC, 1 DESC LIMIT %s""",
            [*params, *place, limit],
        )
        return self._told(leaf, found)

    def every_row(self, leaf: Leaf, *, page: int = 1_000) -> Iterator[Moved]:
        """All records that moved in one term, read a page at a time."""
        after, more = "", True
        while more:
            found = self.rows(leaf, after=after, limit=page)
            yield from found
            more = len(found) == page
            after = found[-1].key if found else ""

    def _turnover(self, leaf: Leaf) -> Turnover:
        sql, params = self._records(leaf)
        sums = "coalesce(sum(n_left), 0), coalesce(sum(n_came), 0), coalesce(sum(was), 0), coalesce(sum(now), 0)"
        records, n_left, n_came, left, came = query(f"SELECT count(*), {sums} FROM ({sql}) records", params)[0]
        unit = unit_of(leaf)
        return Turnover(records, int(n_left), int(n_came), int(left) * unit, int(came) * unit)

    def _records(self, leaf: Leaf) -> tuple[str, list[Any]]:
        """SQL of the records whose contribution is another now, with what they added and what they add."""
        sides, params = [], []
        for sign, side in ((-1, self.before), (1, self.after)):
            if not stretches_of(leaf, [side.so_far]):
                continue
            sql, side_params = contributions(leaf, side.so_far, side.cut)
            moved, moved_params = self._only_what_moved(leaf, sign)
            sides.append(f"SELECT {sign} AS sign, record, part, subject, day, amount FROM ({sql}) side {moved}")
            params += [*side_params, *moved_params]
        if not sides:
            nothing = "NULL::bigint AS record, NULL::bigint AS part, NULL::bigint AS subject, NULL::date AS day"
            sides.append(f"SELECT 1 AS sign, {nothing}, 0 AS amount WHERE false")
        return (
            f"""
            SELECT record, max(subject) AS subject,
                   sum(-net * amount) FILTER (WHERE net < 0) AS was, sum(net * amount) FILTER (WHERE net > 0) AS now,
                   sum(-net) FILTER (WHERE net < 0) AS n_left, sum(net) FILTER (WHERE net > 0) AS n_came,
                   min(day_was) FILTER (WHERE net < 0) AS day_was, min(day_now) FILTER (WHERE net > 0) AS day_now
            FROM (
                SELECT record, part, amount, sum(sign) AS net, max(subject) AS subject,
                       min(day) FILTER (WHERE sign < 0) AS day_was, min(day) FILTER (WHERE sign > 0) AS day_now
                FROM ({" UNION ALL ".join(sides)}) sides
                GROUP BY 1, 2, 3 HAVING sum(sign) <> 0
            ) moved
            GROUP BY 1""",
            params,
        )

    def _only_what_moved(self, leaf: Leaf, sign: int) -> tuple[str, list[Any]]:
        """Where both sides look at the same days of the same ledger, facts believed in both need not be compared."""
        alike = stretches_of(leaf, [self.before.so_far]) == stretches_of(leaf, [self.after.so_far])
        same = self._numbers(self.before) == self._numbers(self.after)
        if not (alike and same and isinstance(leaf, Count | Total | Stock | Percentile)):
            return "", []
        if sign > 0:
            return "WHERE run_from > %s", [self.before.cut.as_of]
        until = self.after.cut.as_of
        return ("WHERE run_to <= %s", [until]) if until else (f"WHERE run_to < {FOR_EVER}", [])

    def _numbers(self, side: Question) -> dict[str, int]:
        return numbers_of(self.after.kpi.measures(), side.cut.as_of)

    # ── In words ────────────────────────────────────────────────────────────────────────────────────────────────

    def _told(self, leaf: Leaf, found: list[tuple[Any, ...]]) -> list[Moved]:
        model = record_model(leaf)
        names = names_of(model, [r[0] for r in found])
        customers = names_of(Customer, [r[1] for r in found if r[1]]) if model is not Customer else {}
        whys, unit = self._whys(leaf, [r[0] for r in found]), unit_of(leaf)
        return [
            Moved(
                record=record,
                kind=model._meta.verbose_name,
                name=names.get(record, f"#{record}, deleted since"),
                url=url_of(model, record) if record in names else "",
                customer=customers.get(subject, ""),
                customer_id=subject,
                was=None if was is None else int(was) * unit,
                now=None if now is None else int(now) * unit,
                day_was=day_was,
                day_now=day_now,
                key=f"{size}|{record}",
                whys=whys.get(record, []),
            )
            for record, subject, was, now, day_was, day_now, size in found
        ]

    def _whys(self, leaf: Leaf, records: Collection[int]) -> dict[int, list[Why]]:
        """The changes noted between the two runs behind each of these rows."""
        until = self.after.cut.as_of or FOR_EVER
        since = self.before.cut.as_of
        keys = [measure.key for measure in leaf.measures]
        numbers = list(MeasureState.objects.filter(key__in=keys).values_list("pk", flat=True))
        about = {record: record for record in records}
        if is_about_customers(leaf):
            moved = query(
                """SELECT DISTINCT record, subject FROM metrics_fact WHERE measure = ANY (%s) AND subject = ANY (%s)
                   AND (run_from > %s AND run_from <= %s OR run_to > %s AND run_to <= %s)""",
                [numbers, list(records), since, until, since, until],
            )
            about = dict(moved)
        causes = Cause.objects.filter(
            measure__in=numbers, record__in=list(about), run__gt=since, run__lte=until
        ).order_by("at")
        return _in_words(causes, about, record_home(leaf))


def compare(question: Question, since: Run | None) -> Comparison:
    """Hold a question against how it was known in an earlier run. Raises `ValidationError` where it is none."""
    if since is None:
        raise ValidationError({"since": "Name an earlier run."})
    if question.cut.as_of is not None and since.pk >= question.cut.as_of:
        raise ValidationError({"since": f"Name a run before run {question.cut.as_of}."})
    uncut = question.as_known(Run.objects.get(pk=question.cut.as_of) if question.cut.as_of else None)
    return Comparison(uncut.as_known(since), uncut)


def record_model(leaf: Leaf) -> Any:
    """What the rows of a term are: records of its measure, or customers."""
    if isinstance(leaf, Listed):
        return model_of(leaf.about) if leaf.about else Customer
    return Customer if isinstance(leaf, Cohort | Distinct) else model_of(leaf.measures[0])


def is_about_customers(leaf: Leaf) -> bool:
    """Whether a row stands for a customer, and not for a record of its measure."""
    return isinstance(leaf, Cohort | Distinct) or (isinstance(leaf, Listed) and not leaf.about)


def record_home(leaf: Leaf) -> str:
    return model_of(leaf.measures[0])._meta.db_table


def unit_of(leaf: Leaf) -> Fraction:
    if isinstance(leaf, Cohort):
        return cohort_scale(leaf)
    if isinstance(leaf, Listed):
        return lists.unit_of(leaf)
    return Fraction(1) if isinstance(leaf, Count | Distinct) else scale(leaf.measures[0])


def _beyond(after: str, size: str) -> tuple[str, list[Any]]:
    if not after:
        return "", []
    amount, _, record = after.partition("|")
    if not all(part.isascii() and part.isdigit() and len(part) < 30 for part in (amount, record)):
        raise ValidationError({"after": "This is not a key of a page of rows."})
    return f"AND ({size}, record) < (%s::numeric, %s::numeric)", [amount, record]


def _in_words(causes: Iterable[Cause], about: Mapping[int, int], home: str) -> dict[int, list[Why]]:
    """Causes row by row, each change told once."""
    found = list(causes)
    people = {user.pk: str(user) for user in User.objects.filter(pk__in={cause.actor for cause in found})}
    told: dict[int, dict[tuple[Any, ...], Why]] = defaultdict(dict)
    for cause in found:
        what = "" if cause.relation == home else _relation_in_words(cause)
        who = people.get(cause.actor, "") if cause.actor else ""
        told[about[cause.record]][cause.actor, what] = Why(cause.actor, who, cause.at, what)
    return {row: list(whys.values()) for row, whys in told.items()}


def _relation_in_words(cause: Cause) -> str:
    tables = {model._meta.db_table: model for model in apps.get_models()}
    model = tables.get(cause.relation)
    if model is None:
        return cause.relation
    name = model._meta.verbose_name if cause.touched is not None else model._meta.verbose_name_plural
    return inside(str(name))
