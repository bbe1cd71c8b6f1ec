"""The leads of a school, imported and settled, give the conversion others counted from the same file.

The file has no dates: every lead came in on one day and whoever converted did so on the next, well within our 90 days.
So lead conversion is the reference's, and there is no time to conversion to read. `Google` and `google` are one
source here, as in the reference that folds capitals; the raw file counts them apart (2,868 and 5).
"""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from metrics.measures.marketing import LeadsConverted, LeadsCreated
from tests.imports.sets import SETS, import_xeducation, needs
from tests.metrics.asked import by_member, number, settle
from tests.worlds import world

pytestmark = pytest.mark.django_db

MONTH = ("2024-01-01", "2024-02-01")


@pytest.fixture(scope="module", autouse=True)
def school(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("xeducation_leads")
    with world(django_db_blocker):
        import_xeducation()
        settle(LeadsCreated, LeadsConverted)
        yield


def told(group: str) -> dict[str, tuple[int, Decimal]]:
    """Leads and conversion of each member, by its name in small letters."""
    rows = json.loads((SETS / "reference" / "xeducation.json").read_text())[group]
    named = {name.lower().replace("(blank)", "(none)"): row for name, row in rows.items()}
    return {name: (row["leads"], Decimal(str(row["rate"])).quantize(Decimal("1e-6"))) for name, row in named.items()}


def test_all_leads() -> None:
    assert number("leads", *MONTH, places=0) == 9_240
    assert number("conversions_in_period", *MONTH, places=0) == 3_561
    assert number("lead_conversion", *MONTH) == Decimal("0.385390")


@pytest.mark.parametrize(
    ("cut", "group"),
    [("source", "by_Lead_Source_case_folded"), ("campaign", "by_Lead_Origin"), ("segment", "by_Occupation")],
)
def test_every_member_of_every_cut(cut: str, group: str) -> None:
    """The form a lead came by stands as its campaign, its occupation as its segment."""
    counts, rates = (by_member(key, *MONTH, cut) for key in ("leads", "lead_conversion"))
    assert {name.lower(): (int(counts[name]), rates[name]) for name in counts} == told(group)
