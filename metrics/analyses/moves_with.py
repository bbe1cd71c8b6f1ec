"""Which numbers move together with one, and which of them lead it."""

from dataclasses import dataclass

from metrics.analyses.book import Analysis, Ask
from metrics.analyses.numbers import KPI_CHOICE, AboutNumbers, NumberChoice, kpi_asked, kpi_path, sights_of
from metrics.analyses.past import Past, pasts_of
from metrics.analyses.shape import Cell, Chart, Column, Figure, Line, Link, Point, Result, Table, Way
from metrics.boards import BOARDS
from metrics.charts import scale_of
from metrics.language import KPI, Unit
from metrics.mathematics.correlation import LEAST, Association, associations, changes_of, pairs_of
from metrics.periods import Grain
from metrics.wording import in_unit

NO_CAUSE = "Numbers that move together need not move one another: this is an association, never a cause."


@dataclass(frozen=True)
class Company:
    """The pasts that were held against one another, and what was found, the surest first."""

    kpi: type[KPI]
    pasts: dict[str, Past]
    found: list[Association]
    kin: list[type[KPI]]


class MovesWith(AboutNumbers, Analysis):
    """Numbers whose monthly changes go together with those of one number, in the same month or some months on.

    Changes are compared, not levels: two numbers that both grow always look alike (Granger and Newbold, 1974). Every
    pair is tried up to six months apart, and its strongest lag kept; of many tries some agree by chance, so the
    chance is held against all of them (Benjamini and Hochberg, 1995), and at most one in twenty of what is called
    related is. Strength is Pearson's r with its 95 % interval; Spearman's, of ranks, is one no single month can make.
    Numbers counted from the same records are left out: they move together by their making.
    """

    title = "What moves with it"
    choices = (KPI_CHOICE, NumberChoice("with", "With", blank="The surest"))

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        company = _company(ask)
        if not company.found:
            few = f"This needs {LEAST + 1} settled months of {company.kpi.title} and of other numbers."
            return Result(0, refusal=few)
        related = [one for one in company.found if one.is_related]
        chosen = next((one for one in company.found if one.second == ask.said["with"]), company.found[0])
        kin = [f"{len(company.kin)} numbers counted from the same records are left out."] if company.kin else []
        return Result(
            n=len(company.found),
            of=f"numbers held against {company.kpi.title}",
            honesty=f"{len(related)} of them move{'s' if len(related) == 1 else ''} with it beyond chance. {NO_CAUSE}",
            figures=_figures(company, chosen),
            charts=(_scatter(company, chosen),),
            tables=(_table(company),),
            remarks=tuple(kin),
        )


def _company(ask: Ask) -> Company:
    kpi, _ = kpi_asked(ask)
    other = [kpi_asked(ask, "with")[0]] if ask.said["with"] else []
    others = list(dict.fromkeys([*other, *(one for board in BOARDS.values() for one in board.kpis)]))
    kin = [one for one in others if one is not kpi and one not in other and set(one.measures()) & set(kpi.measures())]
    sights = sights_of(ask, [kpi, *(one for one in others if one is not kpi and one not in kin)])
    read = pasts_of(sights, Grain.MONTH, settled=ask.until)
    pasts = {one.key: past for one, past in read.items() if past.values}
    months = sorted({period for past in pasts.values() for period in past.periods})
    series = {key: _over(past, months) for key, past in pasts.items()}
    found = associations(series, season=12, of=kpi.key) if kpi.key in series else []
    return Company(kpi, pasts, found, kin)


def _over(past: Past, months: list) -> list[float | None]:
    """Its values month by month over all the months there are; what is not known is a gap."""
    known = dict(zip(past.periods, past.numbers, strict=True))
    return [known.get(month) for month in months]


def _lag(lag: int) -> str:
    """When the other moves."""
    if not lag:
        return "in the same month"
    return f"{abs(lag)} month{'' if abs(lag) == 1 else 's'} {'later' if lag > 0 else 'earlier'}"


def _figures(company: Company, one: Association) -> tuple[Figure, ...]:
    other = company.pasts[one.second].kpi
    note = f"{other.title} {_lag(one.lag)}, over {one.n} months"
    chance = Figure("adjusted", "Chance of noise, of all tried", one.adjusted, Unit.PERCENT)
    return (
        Figure("strength", f"Together with {other.title}", one.strength, Unit.NUMBER, *one.interval, note),
        Figure("rank_strength", "The same of ranks", one.rank_strength, Unit.NUMBER),
        chance,
    )


def _scatter(company: Company, one: Association) -> Chart:
    """Every month a dot: always look, for four very different clouds can have the same strength."""
    first, second = company.pasts[one.first], company.pasts[one.second]
    months = sorted({*first.periods, *second.periods})
    changes = [changes_of(_over(past, months), 12) for past in (first, second)]
    pairs = pairs_of(changes[0], changes[1], one.lag)
    unit = first.kpi.unit
    ticks = tuple((tick, in_unit(tick, unit)) for tick in scale_of([x for x, _ in pairs], unit).ticks)
    dots = Line(second.kpi.title, tuple(Point(x, y) for x, y in pairs), is_dots=True)
    title = f"Each month's change of {second.kpi.title}, {_lag(one.lag)}, against that of {first.kpi.title}"
    return Chart("scatter", title, (dots,), second.kpi.unit, f"Change of {first.kpi.title}", ticks)


def _table(company: Company) -> Table:
    columns = (
        Column("number", "Number"),
        Column("moves", "Moves"),
        Column("strength", "Strength", Unit.NUMBER),
        Column("low", "95 % from", Unit.NUMBER),
        Column("high", "to", Unit.NUMBER),
        Column("rank_strength", "Of ranks", Unit.NUMBER),
        Column("chance", "Chance of noise", Unit.PERCENT),
        Column("adjusted", "of all tried", Unit.PERCENT),
        Column("months", "Months"),
        Column("is_related", "Beyond chance"),
        Column("look", "Look at it"),
    )
    return Table(
        "moves", f"What moves with {company.kpi.title}", columns, tuple(_row(company, o) for o in company.found)
    )


def _row(company: Company, one: Association) -> tuple[Cell, ...]:
    other = company.pasts[one.second].kpi
    way = "together" if one.strength > 0 else "against it"
    return (
        Link(other.title, kpi_path(other)),
        f"{way}, {_lag(one.lag)}",
        one.strength,
        *one.interval,
        one.rank_strength,
        one.chance,
        one.adjusted,
        one.n,
        "yes" if one.is_related else "no",
        Way("dots", {"kpi": company.kpi.key, "with": other.key}),
    )
