"""A formula with its numbers plugged in, each a door to its rows."""

from dataclasses import dataclass
from fractions import Fraction

from metrics.evaluate import Answer
from metrics.language import KPI, Arithmetic, Constant, Leaf, Node
from metrics.views.address import Address
from metrics.wording import term


@dataclass(frozen=True)
class Token:
    """A sign, a bracket or a plain number; or a term with its words, its amount and the way to its rows."""

    text: str
    amount: str = ""
    url: Address | None = None


def plugged_in(kpi: type[KPI], answer: Answer, rows: Address) -> list[Token]:
    """The formula for the answer's first period, from left to right."""
    places = {leaf: i for i, leaf in enumerate(dict.fromkeys(kpi.formula.leaves()))}

    def tokens(node: Node, sign: str = "", *, right: bool = False) -> list[Token]:
        match node:
            case Constant(value):
                return [Token(f"{float(value):g}")]
            case Leaf():
                found = answer.terms[node].get((0, ""))
                amount = term(kpi, node, found.amount if found else _nothing(node))
                return [Token(node.in_words(), amount, rows.having(term=str(places[node])))]
            case Arithmetic(own, left, below):
                inner = [*tokens(left, own), Token(own), *tokens(below, own, right=True)]
                needs = (own in "+−" and sign in "×÷") or (right and sign in "−÷")
                return [Token("("), *inner, Token(")")] if sign and needs else inner
        raise TypeError(f"No way to write {node!r}.")

    return tokens(kpi.formula)


def _nothing(leaf: Leaf) -> Fraction | None:
    return None if leaf.picks else Fraction(0)
