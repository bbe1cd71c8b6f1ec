"""The handbook as committed text: a file for each part, one for the conventions and one for the sources."""

from collections.abc import Iterator

from django.utils.text import slugify

from metrics.handbook.areas import area_of, by_area, title_of
from metrics.handbook.conventions import CONVENTIONS
from metrics.handbook.entries import Entry
from metrics.handbook.sources import NAMED, TEXTS, Named, further
from metrics.language import KPI
from metrics.registry import all_kpis

WRITTEN = "Written by `manage.py handbook` from the declarations; change those, not this."


def files() -> dict[str, str]:
    """What each file of the handbook holds, by name."""
    parts = by_area(all_kpis())
    found = {"README.md": _front(parts), "sources.md": _sources()}
    return found | {f"{area}.md": _part(area, kpis) for area, kpis in parts.items()}


def _front(parts: dict[str, list[type[KPI]]]) -> str:
    lines = ["# The KPI handbook", "", WRITTEN, ""]
    for area, kpis in parts.items():
        lines += [f"**[{title_of(area)}]({area}.md)**: {', '.join(_link(kpi) for kpi in kpis)}.", ""]
    lines += ["Which number of the sources is which here: [sources](sources.md).", "", "## What holds for all", ""]
    lines += [f"* **{title}.** {words}" for title, words in CONVENTIONS]
    return "\n".join(lines) + "\n"


def _part(area: str, kpis: list[type[KPI]]) -> str:
    lines = [f"# {title_of(area)}", "", WRITTEN, "", "[The handbook](README.md)", ""]
    for kpi in kpis:
        lines += [*_entry(Entry(kpi)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    kpi = entry.kpi
    yield f"## {kpi.title}"
    for paragraph in entry.definition:
        yield ""
        yield paragraph
    yield ""
    yield f"* **Key:** `{kpi.key}`" + (f" · also called {', '.join(entry.also_called)}" if entry.also_called else "")
    yield f"* **Formula:** {entry.formula}."
    for counted in entry.counted:
        left_out = f" *Left out:* {counted.leaves_out}" if counted.leaves_out else ""
        yield f"* **{counted.title}:** {counted.words}{left_out} *Dated:* {counted.dated}."
    yield f"* **Reads as:** {entry.reads}. **By:** {entry.grains}. **Cut by:** {entry.cuts or 'nothing'}."
    for edge in entry.edges:
        yield f"* {edge}"
    if entry.story:
        yield f"* **Example:** {entry.story} {entry.calculation}."
    for by, benchmarks in entry.reports:
        said = f"{by.source}, {by.published}, {by.quality}"
        source = f"[{said}]({by.url})" if by.url else said
        yield f"* **Benchmark:** {'; '.join(f'{one.told} ({one.about})' for one in benchmarks)}. Source: {source}."


def _sources() -> str:
    lines = [
        "# The numbers of the five sources, and where they live",
        "",
        WRITTEN,
        "",
        "Five texts named the numbers this product was asked for. F: the text gives a formula; ✓: it names the number."
        " Rows without a sign are numbers the others need.",
        "",
        f"| number | {' | '.join(TEXTS)} | here |",
        f"|---|{'---|' * len(TEXTS)}---|",
    ]
    lines += [f"| {', '.join(named.names)} | {' | '.join(named.marks)} | {_where(named)} |" for named in NAMED]
    lines += ["", f"Beyond these: {', '.join(_link(kpi) for kpi in further())}."]
    return "\n".join(lines) + "\n"


def _where(named: Named) -> str:
    here = [_link(kpi) for kpi in named.here]
    missing = [f"not yet: {', '.join(f'`{key}`' for key in named.missing)}"] if named.missing else []
    place = [named.place] if named.place else []
    return "; ".join([*here, *place, *missing])


def _link(kpi: type[KPI]) -> str:
    return f"[{kpi.title}]({area_of(kpi)}.md#{slugify(kpi.title)})"
