"""From records that changed to the records a measure has to look at again.

A measure listens to the tables its facts are read from. A change of its own records names them; a change of anything
they point at is followed back along the foreign key; what cannot be followed makes the measure look at everything,
so the worst a gap in here can cost is time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import Min, Q
from django.utils import timezone

from customers.models import Customer, CustomerVersion, Team, TeamMembership
from metrics import capture
from metrics.language import Measure, Revaluation
from metrics.models import Change, Fact, MeasureState
from metrics.models.fact import CURRENT, FOR_EVER
from metrics.wanted import DESCRIBED, amounts_of
from sales.models import FxRate

CUSTOMERS, TEAMS, MEMBERSHIPS, RATES = (m._meta.db_table for m in (Customer, Team, TeamMembership, FxRate))
# Above this many records comparing everything is the shorter way.
MANY = 50_000
BIRTHDAYS = (18, 25, 35, 45, 55, 65)
# Standing amounts are valued anew once a month.
REVALUED_WITHIN = timedelta(days=32)


@dataclass
class News:
    """What changed since a measure last looked: records and customers by table, and tables changed as a whole."""

    records: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    customers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    whole: set[str] = field(default_factory=set)


def horizon() -> int:
    """The first transaction whose end this snapshot may not have seen; what other databases do is not ours.

    Neither is what the database does for itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT least(
                coalesce(min(x::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint),
                pg_current_xact_id_if_assigned()::text::bigint)
            FROM pg_snapshot_xip(pg_current_snapshot()) x
            WHERE NOT EXISTS (
                SELECT FROM pg_stat_activity a
                WHERE a.backend_xid = x::xid
                    AND (a.datname IS DISTINCT FROM current_database() OR a.backend_type = 'autovacuum worker'))"""
        )
        return int(cursor.fetchone()[0])


class Hearing:
    """What one view of the world knows of the changes, asked once for all measures that are settled in it."""

    def __init__(self) -> None:
        self._stirred: dict[int, set[str]] = {}
        self._noted: dict[tuple[int, str], list[tuple[int | None, int | None]]] = {}

    @cached_property
    def horizon(self) -> int:
        return horizon()

    @cached_property
    def unheard(self) -> set[str]:
        return capture.unheard()

    def news(self, since: int, relations: Collection[str | None]) -> News:
        """What changed in some tables since a transaction; above many records only that they changed as a whole."""
        news = News()
        for relation in self._moved_since(since) & set(relations):
            noted = self._records(since, relation)
            if len(noted) > MANY or any(record is None for record, _ in noted):
                news.whole.add(relation)
                continue
            news.records[relation] |= {record for record, _ in noted if record is not None}
            news.customers[relation] |= {customer for _, customer in noted if customer is not None}
        return news

    def _moved_since(self, since: int) -> set[str]:
        if since not in self._stirred:
            moved = Change.objects.filter(transaction__gte=since).order_by().values_list("relation", flat=True)
            self._stirred[since] = set(moved.distinct())
        return self._stirred[since]

    def _records(self, since: int, relation: str) -> list[tuple[int | None, int | None]]:
        if (since, relation) not in self._noted:
            noted = Change.objects.filter(transaction__gte=since, relation=relation).order_by()
            self._noted[since, relation] = list(noted.values_list("record", "customer").distinct()[: MANY + 1])
        return self._noted[since, relation]


def touched(measure: type[Measure], state: MeasureState, hearing: Hearing) -> list[int] | None:
    """The records a measure has to compare since it last looked; None where that is all of them."""
    if state.read_to is None or state.read_at is None or hearing.unheard & set(state.reads):
        return None
    relations = {capture.RELATIONS.get(table) for table in state.reads}
    if None in relations or _is_month_over(measure, state.read_at):
        return None
    news = hearing.news(state.read_to, relations)
    if not measure.narrow:
        return None if news.records or news.whole else []
    if measure.told_by and measure.as_of:
        _let_time_pass(news, state.read_at)
    if measure.lasts_to and timezone.localdate(state.read_at) < timezone.localdate():
        lasting = Q(**{measure.lasts_to: None}) | Q(**{f"{measure.lasts_to}__gte": timezone.localdate(state.read_at)})
        home = measure.model._meta.db_table
        news.records[home] |= set(measure.model._base_manager.filter(lasting).values_list("pk", flat=True))
    if news.whole or sum(map(len, news.records.values())) > MANY:
        return None
    return _Follower(measure, state, news).records()


def forget() -> int:
    """Drop what every measure has taken in; how many changes that were."""
    read = MeasureState.objects.filter(live_to=FOR_EVER).aggregate(to=Min("read_to"))["to"]
    return Change.objects.filter(transaction__lt=read).delete()[0] if read is not None else 0


def _let_time_pass(news: News, since: datetime) -> None:
    """People who changed teams meanwhile, and customers who grew into the next age band on New Year's Day."""
    before, today = timezone.localdate(since), timezone.localdate()
    came_or_went = Q(joined_on__gt=before, joined_on__lte=today) | Q(left_on__gt=before, left_on__lte=today)
    news.records[MEMBERSHIPS] |= set(TeamMembership.objects.filter(came_or_went).values_list("user_id", flat=True))
    born = [year - age for year in range(before.year + 1, today.year + 1) for age in BIRTHDAYS]
    if born:
        older = CustomerVersion.objects.filter(birth_year__in=born)
        news.records[CUSTOMERS] |= set(older.values_list("customer_id", flat=True))


def _is_month_over(measure: type[Measure], since: datetime) -> bool:
    """Whether standing amounts are to be valued anew: at noon of each month's last day, in UTC."""
    return isinstance(measure.value, Revaluation) and _months_over(since) < _months_over(timezone.now())


def _months_over(at: datetime) -> int:
    late = at.astimezone(UTC) + timedelta(hours=12)
    return late.year * 12 + late.month


class _Follower:
    """Follows the news of each table back to the records of one measure."""

    def __init__(self, measure: type[Measure], state: MeasureState, news: News) -> None:
        self.measure = measure
        self.state = state
        self.news = news
        self.rows: Any = measure.rows().model
        self.home: Any = measure.model or self.rows
        self.found: set[int] = set()
        self.customers: set[int] = set()

    def records(self) -> list[int] | None:
        for relation in sorted(self.news.records):
            ids = self.news.records[relation]
            if ids and not self._follow(relation, ids):
                return None
        if self.measure.told_by:
            self._look_at_whole_customers()
        return sorted(self.found) if len(self.found) <= MANY else None

    def _follow(self, relation: str, ids: set[int]) -> bool:
        """Take in the news of one table; False where there is no way back from it."""
        tellers = {model._meta.db_table: model for model in self.measure.told_by}
        if relation in tellers:
            return self._ask_tellers(tellers[relation], ids)
        if relation == CUSTOMERS and tellers:
            self.customers |= ids  # Their whole stories are looked at again, whatever they are read for.
            return True
        if relation == self.home._meta.db_table:
            self.found |= ids
            times = self.state.reads.get(relation, 0)
            if self.measure.alone or times < 2:
                return True
            # Read in a second place, a record may mean something to others of its kind: to those that point at it.
            ways = self._ways_to(relation)
            pointing = ways - {self.measure.record}
            return times < 2 + len(ways) and all(self._rows_where(path, ids) for path in pointing)
        if relation in self._told_along():
            return True
        if relation == CUSTOMERS and self.measure.subject:
            return self._rows_where(self.measure.subject, ids)
        if relation == TEAMS:
            return False
        if relation == MEMBERSHIPS:
            return self._follow_people(ids)
        if relation == RATES and self.measure.currency:
            return self._follow_rates(ids)
        return self._follow_keys(relation, ids)

    def _ask_tellers(self, teller: Any, ids: set[int]) -> bool:
        relation = teller._meta.db_table
        self.customers |= self.news.customers[relation]
        self.customers |= set(teller._base_manager.filter(pk__in=ids).values_list("customer_id", flat=True))
        if relation == self.home._meta.db_table:
            self.found |= ids
        return True

    def _follow_people(self, ids: set[int]) -> bool:
        """A person's team is read on the day of the work: the facts of their work are those to compare."""
        workers = [cut.dimension.key for cut in self.measure.cuts if cut.dimension.key in ("owner", "agent")]
        theirs = Q()
        for key in workers:
            theirs |= Q(**{f"{key}__in": [str(user) for user in ids]})
        if workers:
            self.found |= set(self._facts().filter(theirs).values_list("record", flat=True))
        return bool(workers)

    def _follow_rates(self, days: set[int]) -> bool:
        """A rate holds from its day to the day of the next one of its currency; the longest such stretch is taken."""
        for day in map(date.fromordinal, days):
            later = FxRate.objects.values("base").annotate(next=Min("on", filter=Q(on__gt=day))).values("next")
            ends = [row["next"] for row in later]
            until = max(ends) if ends and None not in ends else date.max
            if isinstance(self.measure.value, Revaluation) and until < date.max:
                until += REVALUED_WITHIN
            held = self._facts().filter(day__gte=day, day__lt=until)
            self.found |= set(held.values_list("record", flat=True))
        return True

    def _follow_keys(self, relation: str, ids: set[int]) -> bool:
        """Records that point at what changed, by any foreign key on the way to something the measure reads."""
        paths = self._ways_to(relation)
        return bool(paths) and all(self._rows_where(path, ids) for path in paths)

    def _ways_to(self, relation: str) -> set[str]:
        return {path for read in self._paths() for path in _keys_to(self.rows, read, relation)}

    def _told_along(self) -> set[str]:
        """Tables whose rows, when they change, are noted as changes of the record they point at as well."""
        return {
            heard.relation for heard in capture.HEARD if heard.along and heard.along_table == self.home._meta.db_table
        }

    def _paths(self) -> list[str]:
        m = self.measure
        paths = [m.subject, m.clock, m.currency, *m.hangs_on, *amounts_of(m.value).values()]
        paths += [cut.path for cut in m.cuts]
        paths += [name for mark in m.marks.values() for name in _named_in(mark)]
        return [path for path in paths if path and not path.startswith(DESCRIBED)]

    def _rows_where(self, path: str, ids: set[int]) -> bool:
        _, of_record, way = path.partition(f"{self.measure.record}__")
        if self.measure.model and of_record:  # Rows that are worked out need not be, to know whose they are.
            pointing = self.home._base_manager.filter(**{f"{way}__in": ids})
            self.found |= set(pointing.values_list("pk", flat=True))
            return True
        pointing = self.rows._base_manager.filter(**{f"{path}__in": ids})
        self.found |= set(pointing.values_list(self.measure.record, flat=True))
        return True

    def _look_at_whole_customers(self) -> None:
        """What one record of a customer means hangs on the others: all of them are compared, those gone as well."""
        if self.home is Customer:
            self.found |= self.customers
            return
        records, facts = self.home._base_manager, self._facts()
        self.customers |= set(records.filter(pk__in=self.found).values_list("customer_id", flat=True))
        self.customers |= set(facts.filter(record__in=self.found).values_list("subject", flat=True))
        self.found |= set(records.filter(customer__in=self.customers).values_list("pk", flat=True))
        self.found |= set(facts.filter(subject__in=self.customers).values_list("record", flat=True))

    def _facts(self) -> Any:
        return Fact.objects.filter(CURRENT, measure=self.state.pk)


def _named_in(condition: Q) -> Iterator[str]:
    """The paths a condition looks along."""
    for part in condition.children:
        if isinstance(part, Q):
            yield from _named_in(part)
        elif isinstance(part, tuple):
            yield part[0]


def _keys_to(model: Any, path: str, table: str) -> Iterator[str]:
    """The beginnings of a path that lead to a row of this table: product__line__code leads to two."""
    walked: list[str] = []
    for name in path.split("__"):
        try:
            related = model._meta.get_field(name).related_model
        except FieldDoesNotExist:
            return
        if related is None:
            return
        walked.append(name)
        if related._meta.db_table == table:
            yield "__".join(walked)
        model = related
