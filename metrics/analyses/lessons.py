"""What a logistic model and a shallow tree learn of many rows, told in words, with how they did on later ones."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import exp
from typing import Any

from metrics.analyses.shape import Cell, Column, Figure, Table
from metrics.language import Unit
from metrics.mathematics.enough import require
from metrics.mathematics.honesty import Honesty, honesty

Traits = Mapping[str, Sequence[float] | Sequence[str]]
RARE = 30
GOOD_ORDER = 0.65
FAR = 7.0  # log odds
OTHER = "another"


def learned(traits: Traits, asked: Traits, happened: Sequence[bool], later: Sequence[bool]) -> dict[str, Any]:
    """Both models of all rows, each judged by one that saw only the earlier ones. Raises `TooFew`.

    traits  what the regression weighs
    asked   what the tree asks, in units people read
    later   which rows are kept from the judged models
    """
    from metrics.mathematics import logistic, tree

    early, late = [i for i, one in enumerate(later) if not one], [i for i, one in enumerate(later) if one]
    _require(happened, logistic.PER_TERM * terms_of(traits))
    require(len(early), 2 * tree.LEAST_LEAF, "earlier rows")
    require(len(late), tree.LEAST_LEAF, "later rows")
    model, judged = logistic.fit_all(traits, happened), logistic.fit_all(_some(traits, early), _of(happened, early))
    grown, judged_tree = tree.grow(asked, happened), tree.grow(_some(asked, early), _of(happened, early))
    kept, came = _some(traits, late), _of(happened, late)
    return {
        "n": len(happened),
        "hits": sum(happened),
        "base": model.base.weight,
        "terms": [_term(term, traits) for term in model.terms],
        "honesty": _told(honesty(judged.chances(kept), came)),
        "tree": _told(honesty(judged_tree.chances(_some(asked, late)), came)),
        "leaves": [
            {"rules": shortest(leaf.rules), "n": leaf.n, "hits": leaf.hits, **leaf.interval._asdict()}
            for leaf in grown.leaves
        ],
        "chances": model.chances(traits),
    }


def terms_of(traits: Traits) -> int:
    """How many weights a model of these traits has to learn."""
    return sum(
        max(len(set(values)) - 1, 0)
        if values and isinstance(values[0], str)
        else 1 + any(one != one for one in values)
        for values in traits.values()
    )


def shortest(rules: Sequence[str]) -> list[str]:
    """Of several limits to one trait only the narrowest, which was asked last."""
    kept: dict[str, str] = {}
    for said in rules:
        rule = said.replace(" is not no", " is yes").replace(" is not yes", " is no")
        limit = rule.rpartition(" ")[0]
        is_limit = limit.endswith((" at most", " above"))
        kept[limit if is_limit else rule] = rule
    return list(kept.values())


def pooled(words: Sequence[str], least: int = RARE) -> list[str]:
    """Words with few rows taken together."""
    times = Counter(words)
    return [word if times[word] >= least else OTHER for word in words]


def _require(happened: Sequence[bool], least: int) -> None:
    hits = sum(happened)
    require(hits, least, "cases where it happened, for this many traits")
    require(len(happened) - hits, least, "cases where it did not, for this many traits")


def _some(traits: Traits, places: Sequence[int]) -> Traits:
    return {name: [values[i] for i in places] for name, values in traits.items()}  # type: ignore[misc]


def _of(happened: Sequence[bool], places: Sequence[int]) -> list[bool]:
    return [happened[i] for i in places]


def _term(term: Any, traits: Traits) -> dict[str, Any]:
    trait, _, word = term.name.partition(": ")
    values = traits[trait]
    against = Counter(values).most_common(1)[0][0] if word and isinstance(values[0], str) else ""
    return {
        "trait": trait,
        "word": word,
        "against": against,
        "weight": term.weight,
        "low": term.interval.low,
        "high": term.interval.high,
        "is_sure": term.is_sure,
    }


def _told(seen: Honesty) -> dict[str, Any]:
    bins = [{"said": one.said, "hits": one.hits, "n": one.n} for one in seen.bins]
    return {**asdict(seen), "bins": bins, "is_useful": seen.is_useful}


# ── In words ────────────────────────────────────────────────────────────────────────────────────────────────────


def figures(found: Mapping[str, Any], what: str) -> tuple[Figure, ...]:
    seen, tree = found["honesty"], found["tree"]
    note = "How often one it happened to had the higher chance than one it did not; 50 % is guessing."
    return (
        Figure("rate", what, found["hits"] / found["n"], Unit.PERCENT),
        Figure("auc", "Told apart rightly, later rows", seen["auc"], Unit.PERCENT, note=note),
        Figure("tree_auc", "The tree, later rows", tree["auc"], Unit.PERCENT),
    )


def trust(found: Mapping[str, Any], rows: str) -> str:
    """How many it learned from, and whether it is better than guessing."""
    seen = found["honesty"]
    learned = f"Learned from {found['n']:,} {rows}; it happened in {found['hits']:,}."
    tested = f"Tested on the {seen['n']:,} latest, kept from it:"
    if seen["auc"] is None:
        return f"{learned} {tested} it happened in all or none of those, so it cannot be judged. Do not rely on it."
    if seen["is_useful"]:
        return f"{learned} {tested} it is better than saying the same rate of everybody. Odds are not causes."
    if seen["auc"] > GOOD_ORDER:
        high = sum(one["said"] * one["n"] for one in seen["bins"]) > seen["hits"]
        return (
            f"{learned} {tested} it puts them in a good order, but its chances were too {'high' if high else 'low'}:"
            " trust who comes first more than the percentages. Odds are not causes."
        )
    return f"{learned} {tested} it is hardly better than saying the same rate of everybody. Do not rely on it."


def tables(found: Mapping[str, Any], says: Mapping[str, str], event: str) -> tuple[Table, ...]:
    """The weights in words, the tree as rules, and what was said against what came."""
    return (_weights(found, says, event), _rules(found, event), _bins(found, event))


def _weights(found: Mapping[str, Any], says: Mapping[str, str], event: str) -> Table:
    columns = (
        Column("trait", "Where there is …"),
        Column("odds", f"the odds of {event} are", Unit.TIMES),
        Column("low", "from", Unit.TIMES),
        Column("high", "to", Unit.TIMES),
        Column("sure", "Sure?"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            in_words(term, says),
            *(_odds(term[name]) for name in ("weight", "low", "high")),
            "yes" if term["is_sure"] else "may be chance",
        )
        for term in sorted(found["terms"], key=lambda term: (not term["is_sure"], -abs(term["weight"])))
    ]
    note = "Times the odds otherwise, all else equal; between the limits with 95 % confidence."
    return Table("weights", "What goes along with it", columns, tuple(rows), note)


def _odds(weight: float) -> float | None:
    """None where it is so far out that the limit says nothing."""
    return exp(weight) if abs(weight) < FAR else None


def in_words(term: Mapping[str, Any], says: Mapping[str, str]) -> str:
    """One more ticket in the last 90 days; segment Enterprise, against Small business."""
    if not term["word"]:
        return says.get(term["trait"], term["trait"])
    against = f", against {term['against'] or '(none)'}" if term["against"] or term["word"] != "not known" else ""
    return f"{term['trait']} {term['word']}{against}"


def _rules(found: Mapping[str, Any], event: str) -> Table:
    columns = (
        Column("rules", "Those with …"),
        Column("n", "Rows"),
        Column("hits", event.capitalize()),
        Column("rate", "Rate", Unit.PERCENT, is_shaded=True),
        Column("low", "from", Unit.PERCENT),
        Column("high", "to", Unit.PERCENT),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            " and ".join(leaf["rules"]) or "everybody",
            leaf["n"],
            leaf["hits"],
            leaf["hits"] / leaf["n"],
            leaf["low"],
            leaf["high"],
        )
        for leaf in found["leaves"]
    ]
    return Table("rules", "A shallow tree: a few questions that part them", columns, tuple(rows))


def _bins(found: Mapping[str, Any], event: str) -> Table:
    columns = (
        Column("fifth", "Later rows, by chance"),
        Column("n", "Rows"),
        Column("said", "It said", Unit.PERCENT),
        Column("came", "It came", Unit.PERCENT),
    )
    names = ("lowest fifth", "second", "third", "fourth", "highest fifth")
    rows = [
        (name, one["n"], one["said"], one["hits"] / one["n"])
        for name, one in zip(names, found["honesty"]["bins"], strict=False)
    ]
    return Table("test", f"Said and come true: {event}", columns, tuple(rows))
