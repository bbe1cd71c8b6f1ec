"""The pages people read all day: boards, a KPI with a breakdown, the rows behind a number.

    .venv/bin/python -m tests.bench.pages 1000000

Each page is asked for by a manager, in process, over and over; the first time is not counted. Server time without
network; the database is the one of the company, with what its caches hold by then.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.bench import cluster

BREAKDOWNS = (
    ("won-revenue", "owner"), ("won-revenue", "segment"), ("revenue", "product"), ("mrr", "country"),
    ("new-tickets", "agent"), ("first-response-time", "channel"), ("win-rate", "owner"), ("churn-rate", "segment"),
    ("nrr", "plan"),
)  # fmt: skip
BEHIND = ("won-revenue", "revenue", "mrr", "new-tickets", "first-response-time", "active-customers", "nrr", "csat")


class Page(NamedTuple):
    name: str
    address: str
    target: float


def main() -> None:
    parser = cluster.arguments("Time the KPI pages of a company.")
    parser.add_argument("--rounds", type=int, default=20, help="how often each page is asked for (20)")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--queries", action="store_true", help="print the slowest query of each page")
    said = parser.parse_args()
    cluster.enter(said)
    from tests.bench import meter

    print(meter.load())
    print(f"{'page':42}{'p50':>8}{'p95':>8}   target   queries   work of Python and PostgreSQL")
    for page in pages():
        if said.only in page.name:
            measure(page, said.rounds, tell=said.queries)


def pages() -> list[Page]:
    from django.urls import reverse
    from django.utils import timezone

    from metrics.boards import BOARDS
    from metrics.registry import all_kpis

    known = {kpi.key.replace("_", "-") for kpi in all_kpis()}
    last_month = "period=last_month"
    found = [Page(f"board {key}", reverse("kpis:board", args=[key]), 150) for key in BOARDS]
    found += [
        Page(f"{kpi} by {cut}", f"{reverse('kpis:kpi', args=[kpi])}?by={cut}&{last_month}", 150)
        for kpi, cut in BREAKDOWNS
        if kpi in known
    ]
    year = timezone.localdate().year - 1
    all_year = f"start={year}-01-01&end={year + 1}-01-01"
    behind = [(kpi, last_month) for kpi in BEHIND] + [("revenue", all_year), ("new-tickets", all_year)]
    for kpi, days in behind:
        if kpi in known:
            found.append(Page(f"rows of {kpi}, {days[:12]}", f"{reverse('kpis:rows', args=[kpi])}?{days}", 50))
    return found


def measure(page: Page, rounds: int, *, tell: bool) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.bench import meter

    ask = visitor(page.address)
    ask()
    costs = [meter.cost(ask) for _ in range(rounds)]
    with CaptureQueriesContext(connection) as queries:
        ask()
    # Transactions are opened and closed besides.
    many = sum(query["sql"].startswith(("SELECT", "WITH", "(SELECT", "INSERT", "UPDATE")) for query in queries)
    times = [1000 * cost.clock for cost in costs]
    p50, p95 = meter.share(times, 0.5), meter.share(times, 0.95)
    worked = [1000 * sum(part) / rounds for part in zip(*((c.python, c.postgres) for c in costs), strict=True)]
    print(
        f"{page.name:42}{p50:5.0f} ms{p95:5.0f} ms{page.target:6.0f} ms{many:10}"
        f"   {worked[0]:.0f} + {worked[1]:.0f} ms",
        flush=True,
    )
    for query in sorted(queries, key=lambda q: -float(q["time"]))[: 2 if tell else 0]:
        print(f"    {float(query['time']) * 1000:.0f} ms  {' '.join(query['sql'].split())[:1500]}")


def visitor(address: str) -> Callable[[], None]:
    """Asks for one page as a manager, signed in."""
    from django.test import Client

    from customers.models import User
    from tests.bench.staff import MANAGER

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=MANAGER), backend="django.contrib.auth.backends.ModelBackend")

    def ask() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    return ask


if __name__ == "__main__":
    main()
