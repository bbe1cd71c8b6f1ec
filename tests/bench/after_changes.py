"""The night after 5,000 changed records: what it takes, and its share of a full rebuild.

    .venv/bin/python -m tests.bench.after_changes 100000 --rebuild

Of the changes 5 % are late: they touch records of any time in the past; the others records of the last days. Twenty
customers get another segment. Figures are processor time; compare them between sizes and with the rebuild.
"""

from tests.bench import cluster, meter

CHANGES, LATE, TURNED = 5_000, 0.05, 20
# Every table gets its share of the changes; what is set, and the moment that says how recent a row is.
SHARES = (
    ("sales_deal", "amount = amount + 1", "created_at", 0.15),
    ("sales_orderline", "net = net + 1", "id", 0.2),
    ("sales_order", "channel = 'direct'", "placed_at", 0.1),
    ("sales_subscriptionevent", "mrr = mrr + 1", "at", 0.05),
    ("sales_lead", "lead_source = 'Fair of ' || {round}", "created_at", 0.15),
    ("support_ticket", "priority = 'urgent'", "created_at", 0.2),
    ("support_interaction", "talk_seconds = talk_seconds + 1", "ended_at", 0.1),
    ("surveys_answer", "channel = 'chat'", "answered_at", 0.05),
)
PICK = """UPDATE {table} SET {set} WHERE id IN (
    (SELECT id FROM {table} ORDER BY {moment} DESC OFFSET {skip} LIMIT {recent})
    UNION (SELECT id FROM {table} ORDER BY hashint8extended(id, {round}) LIMIT {late}))"""


def main() -> None:
    parser = cluster.arguments("Time the night after a day's changes.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rebuild", action="store_true", help="time a full rebuild as well")
    said = parser.parse_args()
    cluster.enter(said)
    from tests.bench.ledger import build

    print(meter.load())
    print(f"first, what is due: {meter.cost(build)}")
    nights = [a_night(number) for number in range(said.rounds)]
    quiet = [night("without change") for _ in range(3)]
    took = meter.median(nights)
    print(f"median after {CHANGES:,} changes  {took}")
    print(f"median without change      {meter.median(quiet)}")
    print(meter.memory())
    if said.rebuild:
        whole = meter.cost(rebuild)
        print(f"full rebuild               {whole}")
        print(f"night ÷ rebuild = {100 * took.work / whole.work:.2f} % (target 1 %)")


def a_night(number: int) -> meter.Cost:
    changed = change(number)
    return night(f"{changed:,} changes and {TURNED} customers turned")


def night(words: str) -> meter.Cost:
    """One run by hand, step by step."""
    from metrics.models import Run
    from tests.bench.ledger import build

    took = meter.cost(build)
    steps = list(Run.objects.latest("pk").steps.order_by("-seconds"))
    facts = sum(step.opened for step in steps if step.kind == "measure")
    slow = ", ".join(f"{step.key} {step.seconds:.1f}" for step in steps[:6])
    kinds = {
        kind: sum(step.seconds for step in steps if step.kind == kind) for kind in ("measure", "term", "kpi", "audit")
    }
    print(f"{words:40}{took}   {facts:,} facts opened; longest {slow}", flush=True)
    print(f"{'':40}{', '.join(f'{kind} {seconds:.1f} s' for kind, seconds in kinds.items())}", flush=True)
    return took


def change(number: int) -> int:
    """A day's changes by plain SQL; how many records."""
    from django.db import connection

    touched = 0
    with connection.cursor() as cursor:
        for table, words, moment, share in SHARES:
            late = round(CHANGES * share * LATE)
            recent = round(CHANGES * share) - late
            said = {"table": table, "set": words.format(round=number), "moment": moment, "skip": number * recent}
            cursor.execute(PICK.format(**said, recent=recent, late=late, round=number))
            touched += cursor.rowcount
        cursor.execute(
            "UPDATE customers_customer SET segment = %s WHERE id IN"
            " (SELECT id FROM customers_customer WHERE id %% 997 = %s ORDER BY id LIMIT %s)",
            [f"segment {number}", number, TURNED],
        )
    return touched


def rebuild() -> None:
    from metrics.models import Run
    from tests.bench.ledger import build

    build(Run.Kind.REBUILD)


if __name__ == "__main__":
    main()
