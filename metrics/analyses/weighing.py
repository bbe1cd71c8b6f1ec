"""How each trait of somebody moves their chance, from weights that were learned."""

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

from metrics.analyses.lessons import OTHER
from metrics.analyses.subscribers import TRAITS

KNOWN = {trait.name: trait for trait in TRAITS}
Weighed = tuple[float, list[dict[str, str]]]


def weigh(found: Mapping[str, Any], seen: Mapping[str, list[Any]], rows: Sequence[Mapping[str, Any]]) -> list[Weighed]:
    """The chance of each, and the facts that raise it above most others', the strongest first."""
    usual = {name: _mean(values) for name, values in seen.items()}
    return [_weigh(found, usual, {name: set(values) for name, values in seen.items()}, row) for row in rows]


def _weigh(
    found: Mapping[str, Any], usual: Mapping[str, float], words: Mapping[str, set[Any]], row: Mapping[str, Any]
) -> Weighed:
    odds, raises = found["base"], dict.fromkeys(usual, 0.0)
    for term in found["terms"]:
        name = term["trait"]
        held = _held(term, row[name], words[name])
        odds += term["weight"] * held
        raises[name] += term["weight"] * (held - (0 if term["word"] else usual[name]))
    facts = [
        {"words": fact, "family": KNOWN[name].family}
        for name, moved in sorted(raises.items(), key=lambda one: -one[1])
        if moved > 0.1 and (fact := KNOWN[name].fact(row[name]))
    ]
    return 1 / (1 + exp(-max(-500.0, min(500.0, odds)))), facts


def _held(term: Mapping[str, Any], value: Any, words: set[Any]) -> float:
    """How much of a term somebody has."""
    if isinstance(value, str):
        return float((value if value in words else OTHER) == term["word"])
    is_known = value == value
    if term["word"]:
        return float(not is_known)
    return value if is_known else 0.0


def _mean(values: Sequence[Any]) -> float:
    known = [value for value in values if not isinstance(value, str) and value == value]
    return sum(known) / len(known) if known else 0.0
