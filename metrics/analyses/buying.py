"""How the models of buying learn, and how they are tested on a year that was kept from them. Loads numpy."""

from datetime import date
from typing import Any

from metrics.analyses.buyers import Buyer
from metrics.mathematics import lifetime, spend
from metrics.mathematics.correlation import pearson
from metrics.mathematics.enough import TooFew
from metrics.mathematics.lifetime import Buying, Histories

WEEK = 7.0
YEAR = 365
MONTHS = 12
LEARNS_FROM = 5_000
MOST = 7  # repeats that are told apart in the test


def learned(found: dict[int, Buyer], until: date, margin: float | None, discount: float) -> dict[str, Any]:
    """Both models, what they say of each customer, and how they would have done in the last year."""
    people = sorted(found.items())
    known = histories([buyer for _, buyer in people], until)
    spends = [buyer.repeat_spend for _, buyer in people]
    buying, spending = lifetime.fit(some(known)), spend.fit(known.repeats[_every(known)], spends[_every(known)])
    worth = spend.lifetime_value(
        buying,
        spending,
        known,
        spends,
        periods=MONTHS,
        step=YEAR / WEEK / MONTHS,
        discount=(1 + discount) ** (1 / MONTHS) - 1,
        margin=1.0 if margin is None else margin,
    )
    chances, expected = buying.alive(known), buying.expected(YEAR / WEEK, known)
    of_each = zip(chances, expected, spending.expected(known.repeats, spends), worth, strict=True)
    return {
        "n": len(people),
        "repeaters": int((known.repeats > 0).sum()),
        "buying": {name: getattr(buying, name) for name in ("r", "alpha", "a", "b", "log_likelihood")},
        "spending": {name: getattr(spending, name) for name in ("p", "q", "v", "log_likelihood")},
        "margin": margin,
        "discount": discount,
        "correlation": _correlation(known, spends),
        "of_new": buying.expected_of_new(YEAR / WEEK),
        "held_out": held_out(found, until),
        "customers": [_told(who, buyer, *of) for (who, buyer), of in zip(people, of_each, strict=True)],
    }


def histories(people: list[Buyer], until: date) -> Histories:
    """As of the last settled day, as the paper counts: who bought first on it is 0 weeks old."""
    return Histories.of_days([[day.toordinal() for day in one.spent] for one in people], until.toordinal() - 1, WEEK)


def held_out(found: dict[int, Buyer], until: date) -> dict[str, Any]:
    """What models that knew nothing of the last year expected of it, and what came."""
    cut = date.fromordinal(until.toordinal() - YEAR)
    people = [(buyer, before) for buyer in found.values() if (before := buyer.until(cut))]
    try:
        model = _fit([before for _, before in people], cut)
    except TooFew as few:
        return {"refusal": str(few)}
    known = histories([each for _, each in people], cut)
    came = [buyer.purchases - before.purchases for buyer, before in people]
    groups = lifetime.calibrate(model, known, came, YEAR / WEEK, MOST)
    return {
        "actual": sum(came),
        "expected": float(model.expected(YEAR / WEEK, known).sum()),
        "groups": [{**one._asdict(), "is_open": one.repeats == MOST} for one in groups],
    }


def _fit(people: list[Buyer], cut: date) -> Buying:
    if not people:
        raise TooFew("nobody had bought before.")
    return lifetime.fit(some(histories(people, cut)))


def some(known: Histories) -> Histories:
    """Evenly picked ones: how all buy is known as well from so many, in seconds instead of minutes."""
    every = _every(known)
    return Histories(known.repeats[every], known.recency[every], known.age[every])


def _every(known: Histories) -> slice:
    return slice(None, None, max(1, len(known.repeats) // LEARNS_FROM))


def _correlation(known: Histories, spends: list[float]) -> float:
    """Between how often and how much those who came back bought; the second model takes it for none."""
    own = [(float(x), z) for x, z in zip(known.repeats, spends, strict=True) if x > 0]
    return float(pearson(own) or 0.0)


def _told(who: int, buyer: Buyer, alive: float, purchases: float, at_once: float, worth: float) -> dict[str, Any]:
    return {
        "customer": who,
        "bought": buyer.purchases,
        "last": buyer.last.isoformat(),
        "pace": buyer.pace,
        "spent": round(buyer.money, 2),
        "alive": round(float(alive), 6),
        "purchases": round(float(purchases), 6),
        "spend": round(float(at_once), 2),
        "value": round(float(worth), 2),
    }
