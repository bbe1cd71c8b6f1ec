"""Which records are likely the same person or company: evidence from name, e-mail, phone and place, added up.

Weights after Fellegi & Sunter, "A Theory for Record Linkage", JASA 64 (1969); likeness of names after Winkler, "String
Comparator Metrics" (1990).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2
from typing import NamedTuple

PRIOR = -9.0  # log odds, in bits, that two records that share something are one
LIKE, UNLIKE = 0.95, 0.75  # names alike from here on; others below
CROWD = 50  # records that share a mark this common share nothing by it


class Record(NamedTuple):
    """What is known of one; empty where it is not."""

    key: Hashable
    name: str = ""
    email: str = ""
    phone: str = ""
    postcode: str = ""


class Weight(NamedTuple):
    """How often a trait agrees in two records of one, and in two of different ones."""

    same: float
    different: float

    @property
    def agree(self) -> float:
        return log2(self.same / self.different)

    @property
    def disagree(self) -> float:
        return log2((1 - self.same) / (1 - self.different))


WEIGHTS = {
    "name": Weight(0.98, 0.005),
    "e-mail": Weight(0.80, 0.0002),
    "phone": Weight(0.75, 0.005),
    "postcode": Weight(0.85, 0.02),
}


@dataclass(frozen=True)
class Pair:
    """Two records, how likely they are one, and what speaks for it (bits above 0) or against."""

    first: Record
    second: Record
    chance: float
    evidence: tuple[tuple[str, float], ...]

    @property
    def reasons(self) -> list[str]:
        """What speaks for it, the strongest first."""
        return [name for name, bits in sorted(self.evidence, key=lambda each: -each[1]) if bits > 0]


def duplicates(records: Iterable[Record], least: float = 0.5) -> list[Pair]:
    """Pairs that are at least so likely one, the likeliest first. Only those that share a mark are compared."""
    found = (compare(first, second) for first, second in _candidates(records))
    return sorted((pair for pair in found if pair.chance >= least), key=lambda pair: -pair.chance)


def compare(first: Record, second: Record) -> Pair:
    """How likely two records are one. What one of them does not say counts neither way."""
    evidence = []
    for name, likeness in _likenesses(first, second):
        weight = WEIGHTS[name]
        part = min(1.0, max(0.0, (likeness - UNLIKE) / (LIKE - UNLIKE)))
        evidence.append((name, weight.disagree + part * (weight.agree - weight.disagree)))
    bits = PRIOR + sum(bits for _, bits in evidence)
    return Pair(first, second, 1 / (1 + 2**-bits), tuple(evidence))


def jaro_winkler(a: str, b: str) -> float:
    """How alike two words are, from 0 to 1; the same beginning counts for more."""
    likeness = jaro(a, b)
    begin = next((i for i, (x, y) in enumerate(zip(a[:4], b[:4], strict=False)) if x != y), min(len(a), len(b), 4))
    return likeness + begin * 0.1 * (1 - likeness)


def jaro(a: str, b: str) -> float:
    if not a or not b:
        return float(a == b)
    reach = max(0, max(len(a), len(b)) // 2 - 1)
    free, matched = list(b), []
    taken: list[int] = []
    for i, letter in enumerate(a):
        near = range(max(0, i - reach), min(len(b), i + reach + 1))
        place = next((j for j in near if j not in taken and free[j] == letter), None)
        if place is not None:
            taken.append(place)
            matched.append(letter)
    if not matched:
        return 0.0
    swapped = sum(x != b[j] for x, j in zip(matched, sorted(taken), strict=True)) / 2
    m = len(matched)
    return (m / len(a) + m / len(b) + (m - swapped) / m) / 3


def plain_name(name: str) -> str:
    """Without accents, case, marks, legal forms and the order of words: "Müller, Eva" is "Eva MULLER"."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"\w+", folded)
    return " ".join(sorted(word for word in words if word not in FORMS) or sorted(words))


FORMS = frozenset({"ag", "bv", "co", "corp", "gmbh", "inc", "kg", "limited", "llc", "ltd", "plc", "sa", "sarl", "srl"})


def plain_phone(phone: str) -> str:
    """The last nine digits: the same with and without a country's code."""
    return re.sub(r"\D", "", phone)[-9:]


def _likenesses(first: Record, second: Record) -> Iterator[tuple[str, float]]:
    """Each trait that both tell, with how alike they are."""
    names = plain_name(first.name), plain_name(second.name)
    if all(names):
        yield "name", jaro_winkler(*names)
    for trait, told in (
        ("e-mail", (first.email.strip().casefold(), second.email.strip().casefold())),
        ("phone", (plain_phone(first.phone), plain_phone(second.phone))),
        ("postcode", (first.postcode.replace(" ", "").casefold(), second.postcode.replace(" ", "").casefold())),
    ):
        if all(told):
            yield trait, float(told[0] == told[1])


def _candidates(records: Iterable[Record]) -> Iterator[tuple[Record, Record]]:
    """Pairs that share an e-mail, a phone, a name, or the beginnings of a name's words."""
    shared: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        for mark in _marks(record):
            shared[mark].append(record)
    seen = set()
    for group in shared.values():
        if len(group) <= CROWD:
            for first, second in combinations(group, 2):
                if first.key != second.key and (first.key, second.key) not in seen:
                    seen.update([(first.key, second.key), (second.key, first.key)])
                    yield first, second


def _marks(record: Record) -> set[tuple[str, str]]:
    name = plain_name(record.name)
    starts = " ".join(word[:3] for word in name.split())
    told = {
        ("e-mail", record.email.strip().casefold()),
        ("phone", plain_phone(record.phone)),
        ("name", name),
        ("name's starts", starts),
    }
    return {mark for mark in told if mark[1]}


def groups(pairs: Sequence[Pair]) -> list[set[Hashable]]:
    """Who belongs together, where a pair shares one with another pair."""
    home: dict[Hashable, set[Hashable]] = {}
    for pair in pairs:
        joined = home.get(pair.first.key, {pair.first.key}) | home.get(pair.second.key, {pair.second.key})
        for key in joined:
            home[key] = joined
    return list({id(group): group for group in home.values()}.values())
