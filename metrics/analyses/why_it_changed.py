"""Which part of the company, and which term of its formula, moved a number."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from django.core.exceptions import ValidationError

from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.numbers import KPI_CHOICE, WHERE_CHOICE, AboutNumbers, question_asked, whose
from metrics.analyses.shape import Column, Figure, Result, Table
from metrics.analyses.why import Change, TermChange, by_parts, by_terms
from metrics.asking import Question, period_of
from metrics.evaluate import evaluate
from metrics.explain import adds_up
from metrics.language import Dimension, Unit
from metrics.periods import DAY, Grain, Period, containing, in_words, just_before
from metrics.wording import in_unit


class WhyItChanged(AboutNumbers, Analysis):
    """What each part of the company adds to the change of a number, summing to it exactly.

    A sum changes by what each part brings more or less. A share changes because parts did better or worse (their
    rate, weighed by the mean of both times), or because there was more or less of them (their mix, around the whole:
    more of a part below the mean counts against). After Kitagawa, 1955. A formula of several terms is also told term
    by term: what each adds, averaged over every order they could have changed in (Shapley, 1953).

    Without days it is the last month that is over, against the month before.
    """

    title = "Why it changed"
    choices = (
        KPI_CHOICE,
        Choice("by", "By"),
        Choice("start", "From"),
        Choice("end", "up to, not including"),
        Choice("against", "Against, as first day/day after the last"),
        WHERE_CHOICE,
    )

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        period = _period(ask)
        question = question_asked(ask, start=period.start, end=period.end, by=ask.said["by"] or None)
        earlier = _against(ask, question.period)
        by = question.cut.by or next(iter(question.kpi.dimensions()), None)
        asked = replace(question.cut, by=by)
        answer = evaluate(question.kpi, [question.period, earlier], cut=asked, settled=question.settled)
        return _result(question, earlier, by_parts(question.kpi, answer), by_terms(question.kpi, answer))


def _period(ask: Ask) -> Period:
    if ask.said["start"] or ask.said["end"]:
        return period_of(ask.said["start"], ask.said["end"])
    month = containing(ask.until - DAY, Grain.MONTH)
    return month if month.end <= ask.until else containing(month.start - DAY, Grain.MONTH)


def _against(ask: Ask, period: Period) -> Period:
    said = ask.said["against"]
    if not said:
        return just_before(period)[0]
    first, _, end = said.partition("/")
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(end))
    except ValueError as error:
        words = "Write the first day and the day after the last, as in 2026-01-01/2026-02-01."
        raise ValidationError({"against": words}) from error


def _result(question: Question, earlier: Period, change: Change, terms: list[TermChange]) -> Result:
    kpi, unit = question.kpi, question.kpi.unit
    if not change.is_known:
        return Result(0, refusal=change.refusal)
    figures = (
        Figure("after", in_words(question.period), _float(change.after.value), unit),
        Figure("before", in_words(earlier), _float(change.before.value), unit),
        Figure("change", "Change", float(change.total), unit),
    )
    exact = "The parts sum to the change exactly." if change.parts and not change.gap else ""
    tables = [*([_parts(change)] if change.parts else []), *([_terms(change, terms)] if terms else [])]
    return Result(
        n=change.after.n + change.before.n,
        of="rows of both times",
        honesty=" ".join(filter(None, [f"{kpi.title}.", whose(question), exact])),
        figures=figures,
        tables=tuple(tables),
        remarks=(change.refusal,) if change.refusal else (),
    )


def _parts(change: Change) -> Table:
    unit, by = change.kpi.unit, change.by
    columns = [
        Column(by.key if by else "part", by.title if by else "Part"),
        Column("before", "Before", unit),
        Column("after", "After", unit),
        Column("adds", "Adds to the change", unit),
        *(
            []
            if adds_up(change.kpi.formula)
            else [Column("rate", "by its rate", unit), Column("mix", "by its mix", unit)]
        ),
    ]
    rows = tuple(
        (
            part.title,
            _float(part.before),
            _float(part.after),
            float(part.adds),
            *(() if adds_up(change.kpi.formula) else (float(part.rate), float(part.mix))),
        )
        for part in change.parts
    )
    note = f"Together {in_unit(change.total, unit)}."
    return Table("parts", f"By {_titled(by)}", tuple(columns), rows, note)


def _terms(change: Change, terms: list[TermChange]) -> Table:
    columns = (
        Column("term", "Term of the formula"),
        Column("before", "Before", Unit.NUMBER),
        Column("after", "After", Unit.NUMBER),
        Column("adds", "Adds to the change", change.kpi.unit),
    )
    rows = tuple((one.leaf.in_words(), float(one.before), float(one.after), float(one.adds)) for one in terms)
    return Table("terms", "Term by term", columns, rows)


def _titled(by: Dimension | None) -> str:
    return by.title.lower() if by else "part"


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
