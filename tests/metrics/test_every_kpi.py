"""What is promised of every KPI, whichever it is. A new one is held to it by being there."""

import csv
import html
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics import explain
from metrics.asking import Question, ask, text
from metrics.evaluate import Value, evaluate, exact
from metrics.explain import Component, adds_up
from metrics.language import KPI, Arithmetic, Node
from metrics.models import Run, Snapshot
from metrics.periods import Grain, Period, steps
from metrics.reading import Slice
from metrics.registry import all_kpis
from metrics.wording import written
from tests.conftest import api_of, staff_of
from tests.metrics.world import FEBRUARY, NOW, QUARTER, World
from tests.worlds import world as kept_world

pytestmark = pytest.mark.django_db
MOST_QUERIES = 6
MONTHS = list(steps(QUARTER, Grain.MONTH))

every_kpi = pytest.mark.parametrize("kpi", [pytest.param(kpi, id=kpi.key) for kpi in all_kpis()])


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with time_machine.travel(NOW, tick=False), kept_world(django_db_blocker):
        yield World()


def about(kpi: type[KPI], period: Period, **words: Any) -> Question:
    return ask(kpi, start=period.start, end=period.end, **words)


# ── Documented ──────────────────────────────────────────────────────────────────────────────────────────────────


@every_kpi
def test_it_says_what_it_is(kpi: type[KPI]) -> None:
    assert kpi.summary().endswith(".")
    assert kpi.formula.in_words()
    assert kpi.title
    assert kpi.grains
    for measure in kpi.measures():
        assert (measure.__doc__ or "").strip().endswith(".")


@every_kpi
def test_the_small_world_has_something_to_say_about_it(kpi: type[KPI]) -> None:
    assert about(kpi, QUARTER).answer().total[0].n > 0, "Tell its story in tests/metrics/world.py."


# ── Opens to exactly its rows ───────────────────────────────────────────────────────────────────────────────────


def opened(question: Question) -> list[Component]:
    """The terms of a number, each held against the sum and the number of its rows."""
    terms = question.components()
    for term in terms:
        rows = list(question.every_row(term))
        assert len({row.key for row in rows}) == len(rows), f"{term.title}: a row is listed twice"
        if term.adds_up:
            assert sum(row.contribution for row in rows) == term.amount, term.title
        else:
            assert len(rows) == term.n, term.title
    return terms


@every_kpi
@pytest.mark.parametrize("period", [QUARTER, FEBRUARY], ids=["quarter", "february"])
def test_it_opens_to_exactly_its_rows(kpi: type[KPI], period: Period) -> None:
    terms = opened(about(kpi, period))
    assert [term.leaf for term in terms] == list(dict.fromkeys(kpi.formula.leaves()))


@every_kpi
def test_every_part_of_it_opens_to_exactly_its_rows(kpi: type[KPI]) -> None:
    """Cut by every third of its dimensions, another third for the next KPI; all of them add up in the test below."""
    for dimension in kpi.dimensions()[all_kpis().index(kpi) % 3 :: 3]:
        answer = about(kpi, FEBRUARY, by=dimension.key).answer()
        for member in answer.members:
            part = Question(kpi, FEBRUARY, None, Slice(where=((dimension, (member,)),)))
            alone = evaluate(kpi, part.periods, cut=part.cut, settled=NOW.date()).total[0]
            assert number(answer.cells[0, member]) == number(alone), (
                f"{dimension.key}={member!r} is another number when opened"
            )
            if member in (answer.members[0], answer.members[-1]):  # the largest part, and the unknown
                opened(part)


@every_kpi
def test_a_page_of_rows_goes_on_where_the_last_one_ended(kpi: type[KPI], monkeypatch: pytest.MonkeyPatch) -> None:
    question = about(kpi, FEBRUARY)
    for term in question.components():
        with monkeypatch.context() as short:
            short.setattr(explain, "AT_A_TIME", (1, 2, 1 << 62))
            one_by_one = [row.key for row in question.every_row(term, page=1)]
        assert one_by_one == [row.key for row in question.every_row(term)]


def number(value: Value) -> tuple[Fraction | None, ...]:
    return value.numerator, value.denominator, value.value


# ── Parts add up ────────────────────────────────────────────────────────────────────────────────────────────────


def sides(formula: Node) -> tuple[Node | None, Node | None]:
    """Numerator and denominator, where their parts add up to the whole."""
    if isinstance(formula, Arithmetic) and formula.sign == "÷":
        left, right = (side if adds_up(side) else None for side in (formula.left, formula.right))
        return left, right
    return (formula if adds_up(formula) else None), None


@every_kpi
def test_its_parts_add_up(kpi: type[KPI]) -> None:
    above, below = sides(kpi.formula)
    if above is None and below is None:
        pytest.skip("Different customers, percentiles and quotients of quotients do not add up, and do not claim to.")
    for dimension in kpi.dimensions():
        answer = about(kpi, QUARTER, by=dimension.key).answer()
        parts = [answer.cells[0, member] for member in answer.members]
        if above:
            assert sum(p.numerator or 0 for p in parts) == answer.total[0].numerator, dimension.key
        if below:
            assert sum(p.denominator or 0 for p in parts) == answer.total[0].denominator, dimension.key


# ── The same number on every door ───────────────────────────────────────────────────────────────────────────────


def words(value: Value) -> tuple[Any, ...]:
    return (exact(value.numerator), exact(value.denominator), exact(value.value), value.n, value.status, value.reason)


def told(cell: dict[str, Any]) -> tuple[Any, ...]:
    numbers = [None if cell[name] is None else Fraction(cell[name]) for name in ("numerator", "denominator", "value")]
    return (*numbers, cell["n"], cell["status"], cell["reason"])


def published(kpi: type[KPI], month: Period, run: Run) -> tuple[Any, ...] | None:
    """What was said of a month by the end of a run; nothing, before there was anything to say."""
    known = Snapshot.objects.filter(kpi=kpi.key, grain=Grain.MONTH, start=month.start, run__lte=run.pk)
    last = known.order_by("revision").last()
    return last and (last.numerator, last.denominator, last.value, last.n, last.status, last.reason or None)


@every_kpi
def test_it_is_the_same_number_on_every_door(kpi: type[KPI], world: World) -> None:
    asked = {"start": str(QUARTER.start), "end": str(QUARTER.end), "grain": "month"}
    expected = [words(value) for value in ask(kpi, **asked).answer().total]
    printed = StringIO()
    call_command("kpi", kpi.key, format="json", stdout=printed, **asked)
    answered = api_of(world.manager).get(f"/api/v1/kpis/{kpi.key}/", asked)
    assert answered.status_code == 200, answered.content
    assert [told(cell) for cell in json.loads(printed.getvalue())["cells"]] == expected
    assert [told(cell) for cell in answered.json()["cells"]] == expected
    for month, said in zip(MONTHS, expected, strict=True):
        assert published(kpi, month, world.second) in (said, None if said[3] == 0 else said)


@every_kpi
def test_it_is_the_same_number_on_its_page_and_in_its_file(kpi: type[KPI], world: World) -> None:
    asked = {"start": str(QUARTER.start), "end": str(QUARTER.end), "grain": "month"}
    address, door = f"/kpis/{kpi.key.replace('_', '-')}/", staff_of(world.manager)
    page = door.get(address, asked).content.decode()
    shown = re.search(r'<p class="k-value.*?</p>', page, re.DOTALL)
    assert shown
    assert written(kpi, about(kpi, QUARTER).answer().total[0]) in html.unescape(shown[0])
    file = b"".join(door.get(f"{address}series.csv", asked).streaming_content).decode("utf-8-sig")
    numbers = {line["start"]: line["value"] for line in csv.DictReader(StringIO(file))}
    for month, value in zip(MONTHS, ask(kpi, **asked).answer().total, strict=True):
        assert numbers[str(month.start)] == (text(exact(value.value)) or "")


@every_kpi
def test_what_was_known_after_an_earlier_night_can_be_read_again(kpi: type[KPI], world: World) -> None:
    asked = ask(kpi, start=QUARTER.start, end=QUARTER.end, grain="month", as_of=world.first.pk)
    for month, value in zip(MONTHS, asked.answer().total, strict=True):
        assert published(kpi, month, world.first) in (words(value), None if value.n == 0 else words(value))


# ── Few queries ─────────────────────────────────────────────────────────────────────────────────────────────────


@every_kpi
def test_it_takes_few_queries(kpi: type[KPI]) -> None:
    with CaptureQueriesContext(connection) as queries:
        about(kpi, FEBRUARY).answer()
    assert len(queries) <= MOST_QUERIES, [query["sql"][:200] for query in queries]
