"""Tickets that say too little: their satisfaction is what others counted, and their times are refused.

The file has no moment a ticket came in, and both its times are moments of one day: in 1,365 of 2,769 closed tickets
the solution lies before the first reply. So tickets cannot be held. Without `created_at` the file is refused, and with
the first reply in its place so is every row that was solved before it. The answers stand on their own, by channel;
the priority, kind and customer of an answer are those of its ticket, which is not here.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customers.importing.mapping import read_map
from customers.importing.problems import Refused
from customers.importing.run import run_import
from metrics.measures.surveys import CSATAnswers
from support.imports import Tickets
from support.models import Ticket
from tests.imports.sets import MAPS, SETS, bring, needs
from tests.metrics.asked import by_member, number, settle
from tests.worlds import world

pytestmark = pytest.mark.django_db

FILE = "support_tickets_synth/customer_support_tickets_nodesc.csv"
DAYS = ("2023-05-31", "2023-06-03")


@pytest.fixture(scope="module", autouse=True)
def desk(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("support_tickets_synth")
    with world(django_db_blocker):
        bring("survey-answers", FILE, "synth-survey-answers")
        settle(CSATAnswers)
        yield


def test_satisfaction() -> None:
    assert number("csat_mean", *DAYS, places=4) == Decimal("2.9913")
    assert number("csat", *DAYS) == Decimal("0.392560")


def test_satisfaction_by_channel() -> None:
    told = json.loads((SETS / "reference" / "support_synth.json").read_text())["by_Ticket Channel"]
    means, shares = (by_member(key, *DAYS, "channel", 6) for key in ("csat_mean", "csat"))
    assert {name: (round(means[name], 4), shares[name]) for name in means} == {
        name.replace("Email", "E-mail"): (Decimal(str(row["csat_mean"])), Decimal(str(row["csat_pct_4_5"])))
        for name, row in told.items()
    }


def test_tickets_without_the_moment_they_came_in_are_refused(tmp_path: Path) -> None:
    told = tmp_path / "map.json"
    told.write_text(json.dumps({"fields": {"external_id": "Ticket ID", "subject": "Ticket Subject"}}))
    with pytest.raises(CommandError, match="must give created_at"):
        call_command("import", "tickets", str(SETS / FILE), map=told, stderr=StringIO())
    assert not Ticket.objects.exists()


def test_a_first_reply_is_no_beginning() -> None:
    with pytest.raises(Refused) as refusal:
        run_import(Tickets(), SETS / FILE, told=read_map(MAPS / "synth-tickets.json"))
    assert len(refusal.value.problems) == 1_000  # Of 1,365; after so many nobody reads on.
    assert {problem.reason for problem in refusal.value.problems} == {"A ticket is solved after it was created."}
    assert {problem.column for problem in refusal.value.problems} == {"Time to Resolution"}
    assert not Ticket.objects.exists()
