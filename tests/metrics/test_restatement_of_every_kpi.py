"""Of every KPI: what differs between two nights is explained to the last row, and each night can be read again."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
import time_machine

from metrics import reading
from metrics.kept import name_of, read, read_whole
from metrics.kpis.lifecycle import MRR
from metrics.language import KPI
from metrics.models import KeptTerm, Run, Snapshot
from metrics.periods import Period
from metrics.publish import Edition
from metrics.reading import Slice, numbers_of
from metrics.registry import all_kpis
from metrics.restated import compare
from tests.metrics.asked import question
from tests.metrics.world import NOW, QUARTER, World
from tests.worlds import world as kept_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with time_machine.travel(NOW, tick=False), kept_world(django_db_blocker):
        yield World()


@pytest.mark.parametrize("kpi", all_kpis(), ids=lambda kpi: kpi.key)
def test_every_difference_between_two_nights_is_explained_to_the_last_row(kpi: type[KPI], told: World) -> None:
    asked = question(kpi.key, QUARTER.start, QUARTER.end)
    changes = compare(asked, told.first)
    for term in changes.terms:
        assert term.is_explained, term
        rows = changes.rows(term.leaf, limit=10_000)
        assert len(rows) == term.moved.records
        if term.after.adds_up:
            assert sum((row.adds for row in rows), Fraction(0)) == term.difference


@pytest.mark.parametrize("kpi", all_kpis(), ids=lambda kpi: kpi.key)
def test_what_a_night_published_can_be_read_again_as_of_it(kpi: type[KPI], told: World) -> None:
    for said in Snapshot.objects.filter(kpi=kpi.key, run=told.first):
        value = question(kpi.key, said.start, said.end, as_of=told.first.pk).answer().total[0]
        assert (value.n, value.status) == (said.n, said.status), said
        assert (
            value.value is None
            if said.value is None
            else abs(value.value - Fraction(said.value)) < Fraction(1, 10**11)
        )


def test_what_is_kept_is_what_the_facts_come_to(told: World) -> None:
    """After a quarter's nights, with corrections that came late, every kept term of every KPI."""
    edition = Edition(all_kpis(), Run.objects.latest("pk"))
    checked = 0
    for leaf, stretches in edition.stretches().items():
        numbers = numbers_of(leaf.measures)
        whole = read_whole({leaf: stretches}, numbers)
        held = {Period(row.start, row.end): row for row in KeptTerm.objects.filter(name=name_of(leaf, numbers))}
        assert held.keys() == stretches, leaf.in_words()
        for stretch, (terms, packed) in whole[leaf].items():
            said = {member: (Fraction(amount), n) for member, (amount, n) in held[stretch].held.items()}
            assert said == terms, (leaf.in_words(), stretch)
            assert bytes(held[stretch].packed) == packed, (leaf.in_words(), stretch)
            checked += bool(terms)
    assert checked > 100


def test_a_term_that_is_kept_says_what_reading_all_of_it_says(told: World) -> None:
    edition = Edition([kpi for kpi in all_kpis() if not kpi.within], Run.objects.latest("pk"))
    leaves = {leaf for kpi in edition.kpis for leaf in kpi.leaves() if leaf.apart}
    periods = list({period.until(edition.settled) or period for _, period in edition._known(MRR)})
    assert len(leaves) > 40
    assert len(periods) > 10
    kept = read(leaves, periods, Slice())
    whole = reading.read(leaves, periods, Slice())
    for leaf in leaves:
        assert kept[leaf] == whole[leaf], leaf.in_words()
