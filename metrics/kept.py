# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""Terms that were read before: to what each came to, only what changed since is added.

Where every customer adds to a term on their own, it comes to what it came to in an earlier run, less what those who
changed since added then, and what they add now. Both are read by the very statement that reads all of them, kept to
those who changed. So a night, or a page, costs what changed, however many customers there are.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Subquery

from metrics import reading
from metrics.language import Distinct, Leaf, Spread
from metrics.listed import Different, HalfOver, Lasting, Waiting
from metrics.mathematics.spread import moved as spread_moved
from metrics.mathematics.spread import pack, unpack
from metrics.models import KeptTerm, Run
from metrics.models.fact import FOR_EVER
from metrics.moved import is_touched, moved, moved_facts
from metrics.periods import Period
from metrics.reading import Numbers, Slice, Term, Terms, numbers_of, spreads, statement_of
from metrics.reading.lists import made_of
from metrics.sql import query

MANY = 100_000  # where more changed, all are read
GROWTH = timedelta(days=7)  # what a stretch gained since it was kept; more of it is read anew


class Held(NamedTuple):
    """What is kept of a term over a stretch of days: by member; of a spread its figures, and its values packed."""

    terms: Mapping[str, Term]
    packed: bytes = b""


class Known(NamedTuple):
    """What a term came to over a stretch of days, as a run left it; `read_at` is when all of it was read last.

    What the last run left is what it is now, for only a run moves facts. The values of a spread are not at hand: they
    are many, and asked for where they move.
    """

    pk: int
    stretch: Period
    run: int
    held: Held
    read_at: datetime
    is_of_the_last_run: bool


Asked = Mapping[Leaf, Collection[Period]]
Found = dict[Leaf, dict[Period, Known]]
Told = dict[Leaf, dict[Period, Held]]
Parts = list[tuple[int, Period]]
Move = tuple[Known, Mapping[str, Term], Mapping[str, Term]]  # what was kept, and what those who changed were and are


def read(
    leaves: Iterable[Leaf],
    periods: Sequence[Period],
    cut: Slice,
    *,
    only: Mapping[Leaf, Collection[int]] | None = None,
    numbers: Numbers | None = None,
) -> dict[Leaf, Terms]:
    """The same as `reading.read`, without reading again what was kept."""
    leaves = list(dict.fromkeys(leaves))
    if cut.by or not cut.is_plain:
        return reading.read(leaves, periods, cut, only=only, numbers=numbers)
    numbers = numbers or numbers_of(m for leaf in leaves for m in leaf.measures)
    parts = {leaf: _parts(leaf, periods, only[leaf] if only else range(len(periods))) for leaf in leaves if leaf.apart}
    asked: dict[Leaf, set[Period]] = defaultdict(set)
    for leaf, theirs in parts.items():
        asked[leaf.kept_as].update(stretch for _, stretch in theirs)
    found = recalled(asked, numbers)
    told = caught_up({leaf: theirs for leaf, theirs in found.items() if len(theirs) == len(asked[leaf])}, cut, numbers)
    known = {
        leaf: _terms(leaf, theirs, told.get(leaf.kept_as, {}))
        for leaf, theirs in parts.items()
        if {stretch for _, stretch in theirs} <= told.get(leaf.kept_as, {}).keys() and _adds_up(leaf, theirs)
    }
    rest = [leaf for leaf in leaves if leaf not in known]
    return known | reading.read(rest, periods, cut, only=only, numbers=numbers)


def stretches_of(leaf: Leaf, period: Period) -> list[Period]:
    """The stretches of days a term is kept for, to be had over a period."""
    stretches = leaf.periods(period) if leaf.periods else [period]
    if isinstance(leaf, Lasting | Waiting):  # To which only the end matters.
        return [Period(stretch.last, stretch.end) for stretch in stretches]
    return [Period(stretch.start, stretch.end) for stretch in stretches]


def name_of(leaf: Leaf, numbers: Numbers) -> str:
    """What a term is kept by: a digest of all that decides what it comes to."""
    return _name_of(leaf, tuple((measure.key, numbers[measure.key]) for measure in leaf.measures))


@cache
def _name_of(leaf: Leaf, numbers: tuple[tuple[str, int], ...]) -> str:
    return hashlib.sha256(statement_of(leaf, dict(numbers)).encode()).hexdigest()


def recalled(asked: Asked, numbers: Numbers) -> Found:
    """What is kept of these terms over these stretches, or at least over a shorter one from the same day."""
    names = {name_of(leaf, numbers): leaf for leaf, stretches in asked.items() if stretches}
    found: Found = {leaf: {} for leaf in names.values()}
    if not names:
        return found
    starts = {stretch.start for leaf in names.values() for stretch in asked[leaf]}
    kept: dict[tuple[str, Any], list[Any]] = defaultdict(list)
    last = Subquery(Run.objects.order_by("-pk").values("pk")[:1])
    rows = KeptTerm.objects.filter(name__in=names, start__in=starts).defer("packed")
    for row in rows.annotate(last=last).order_by("end"):
        kept[row.name, row.start].append(row)
    for name, leaf in names.items():
        for stretch in asked[leaf]:
            fit = [row for row in kept[name, stretch.start] if row.end <= stretch.end]
            if fit and (fit[-1].end == stretch.end or (not leaf.ages and stretch.end - fit[-1].end <= GROWTH)):
                found[leaf][stretch] = _known(fit[-1])
    return found


def caught_up(found: Found, cut: Slice, numbers: Numbers) -> Told:
    """What these terms come to now; without those of which too much changed."""
    told: Told = {leaf: {stretch: one.held for stretch, one in theirs.items()} for leaf, theirs in found.items()}
    for run in {one.run for theirs in found.values() for one in theirs.values()}:
        stale = _stale(found, run, numbers, with_today=cut.through is not None)
        for column in sorted({leaf.apart for leaf in stale}):
            some = {leaf: theirs for leaf, theirs in stale.items() if leaf.apart == column}
            whom = _who_changed(column, some, run, numbers)
            if len(whom) > MANY:
                told = {leaf: theirs for leaf, theirs in told.items() if leaf not in some}
            elif whom or any(isinstance(leaf, Spread) for leaf in some):  # Whose values go along where they grow.
                told |= dict(_moved_on(some, (column, whom), run, cut, numbers, told))
    return told


def read_whole(asked: Asked, numbers: Numbers) -> Told:
    """These terms over stretches of days, read from all their facts."""
    told: Told = {}
    for leaf, stretches in asked.items():
        if isinstance(leaf, Spread) and stretches:
            in_order = spreads.in_order(leaf, list(stretches), numbers)
            told[leaf] = {stretch: _held_in_order(leaf, values) for stretch, values in in_order}
    return told | _read_over(
        {leaf: stretches for leaf, stretches in asked.items() if leaf not in told}, Slice(), numbers
    )


def _read_over(asked: Asked, cut: Slice, numbers: Numbers | None = None) -> Told:
    """These terms over stretches of days, member by member; the members of a spread are its values."""
    places: dict[Period, int] = {}
    only = {leaf: [places.setdefault(s, len(places)) for s in stretches] for leaf, stretches in asked.items()}
    read = reading.read(only, list(places), cut, only=only, numbers=numbers)
    told: dict[Leaf, dict[Period, dict[str, Term]]] = {
        leaf: {stretch: {} for stretch in stretches} for leaf, stretches in asked.items()
    }
    stretches = list(places)
    for leaf, terms in read.items():
        for (i, member), term in terms.items():
            if stretches[i] in told[leaf]:
                told[leaf][stretches[i]][member] = term
    return {leaf: {stretch: Held(terms) for stretch, terms in theirs.items()} for leaf, theirs in told.items()}


def _held_in_order(leaf: Spread, values: Sequence[int]) -> Held:
    return Held(spreads.figures_of(leaf, values), pack(values))


def _parts(leaf: Leaf, periods: Sequence[Period], needed: Collection[int]) -> Parts:
    return [(i, stretch) for i in needed for stretch in stretches_of(leaf, periods[i])]


def _adds_up(leaf: Leaf, parts: Parts) -> bool:
    """Whether what it is over several stretches is the sum of them: not of different customers, who are so in all."""
    is_sum = not isinstance(leaf, Distinct | Different | Lasting | HalfOver) and not isinstance(leaf.kept_as, Spread)
    return is_sum or len({i for i, _ in parts}) == len(parts)


def _terms(leaf: Leaf, parts: Parts, told: Mapping[Period, Held]) -> Terms:
    terms: Terms = {}
    for i, stretch in parts:
        held = told[stretch].terms
        if not held:
            continue
        if isinstance(leaf.kept_as, Spread):
            terms[i, ""] = held[spreads.name_of(leaf)]
        elif not isinstance(leaf, Lasting | HalfOver):
            terms[i, ""] = _plus(terms.get((i, "")), held[""])
        elif term := made_of(leaf, held):
            terms[i, ""] = term
    return terms


def _known(row: Any) -> Known:
    terms = {member: Term(Fraction(amount), n) for member, (amount, n) in row.held.items()}
    return Known(row.pk, Period(row.start, row.end), row.run, Held(terms), row.read_at, row.run == row.last)


def _stale(found: Found, run: int, numbers: Numbers, *, with_today: bool) -> Found:
    """What was kept in a run and can be another now, or is to be had over a longer stretch."""
    theirs = {leaf: {s: one for s, one in known.items() if one.run == run} for leaf, known in found.items()}
    is_last = all(one.is_of_the_last_run for known in theirs.values() for one in known.values())
    measures = {m for leaf in theirs for m in leaf.measures}
    days = {measure: [] for measure in measures} if is_last and not with_today else moved(measures, run, numbers)
    stale = {
        leaf: {s: one for s, one in known.items() if s != one.stretch or is_touched(leaf, s, days)}
        for leaf, known in theirs.items()
    }
    return {leaf: known for leaf, known in stale.items() if known}


def _who_changed(column: str, stale: Found, run: int, numbers: Numbers) -> tuple[int, ...]:
    """Whose facts moved since a run, or lie in what a stretch has grown by."""
    theirs = {numbers[m.key] for leaf in stale for m in leaf.measures}
    whom = {who for (who,) in moved_facts(column, theirs, run)}
    grown = [(one.stretch.end, s.end) for known in stale.values() for s, one in known.items() if s != one.stretch]
    if grown:
        first, last = min(start for start, _ in grown), max(end for _, end in grown)
        sql = f"""
            SELECT DISTINCT {column} FROM metrics_fact
            WHERE measure = ANY (%s) AND run_to = {FOR_EVER} AND day >= %s AND day < %s"""
        whom |= {who for (who,) in query(sql, [list(theirs), first, last])}
    return tuple(sorted(whom - {None}))


def _moved_on(
    stale: Found, among: tuple[str, tuple[int, ...]], run: int, cut: Slice, numbers: Numbers, told: Told
) -> Iterator[tuple[Leaf, dict[Period, Held]]]:
    """What is kept, less what those who changed added to it then, and what they add now."""
    then = {leaf: {one.stretch for one in known.values()} for leaf, known in stale.items()}
    before = _read_over(then, Slice(as_of=run, among=among))
    now = _read_over(stale, replace(cut, among=among), numbers)
    for leaf, known in stale.items():
        unmoved = {s: held for s, held in told[leaf].items() if s not in known}
        moves = {s: (one, before[leaf][one.stretch].terms, now[leaf][s].terms) for s, one in known.items()}
        if isinstance(leaf, Spread):
            yield leaf, unmoved | dict(_spread_on(leaf, moves, run))
        else:
            yield leaf, unmoved | {s: _moved(*move) for s, move in moves.items()}


def _moved(one: Known, before: Mapping[str, Term], now: Mapping[str, Term]) -> Held:
    moved = dict(one.held.terms)
    for member, term in now.items():
        moved[member] = _plus(moved.get(member), term)
    for member, term in before.items():
        moved[member] = _plus(moved.get(member), Term(-term.amount, -term.n))
    return Held({member: term for member, term in moved.items() if term.n})


def _spread_on(leaf: Spread, moves: Mapping[Period, Move], run: int) -> Iterator[tuple[Period, Held]]:
    """Spreads whose values moved; none in which a value to go is missing, or that a night has renewed just now."""
    places: dict[int, list[Period]] = defaultdict(list)
    for stretch, (one, before, now) in moves.items():
        if before == now and stretch == one.stretch:
            yield stretch, one.held
        else:
            places[one.pk].append(stretch)
    packed = KeptTerm.objects.filter(pk__in=places, run=run).values_list("pk", "packed")
    for pk, values in packed.iterator(chunk_size=20):
        for stretch in places[pk]:
            _, before, now = moves[stretch]
            with suppress(ValueError):
                yield (
                    stretch,
                    _held_in_order(leaf, spread_moved(unpack(bytes(values)), _counted(before), _counted(now))),
                )


def _counted(terms: Mapping[str, Term]) -> Counter[int]:
    return Counter({int(value): term.n for value, term in terms.items()})


def _plus(term: Term | None, other: Term) -> Term:
    return Term(term.amount + other.amount, term.n + other.n) if term else other
