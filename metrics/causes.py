# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""Who changed what made facts of the past move: taken from the log of changes before the night drops it."""

from typing import Any

from django.db import connection
from django.db.models import Max

from customers.models import Customer
from metrics import capture
from metrics.language import Measure
from metrics.models import MeasureState, Night

CUSTOMERS = Customer._meta.db_table
# Of what records point at, only the last few changes are told: they all moved the same facts.
FEW = 3


def keep(measure: type[Measure], state: MeasureState, run: int) -> None:
    """Keep why facts left, and why some came for days that were settled before; `ledger_moved` says which.

    A record's own change comes first; else one of its customer's, else one of anything the measure reads.
    """
    settled = Night.objects.aggregate(day=Max("day"))["day"]
    if settled is None or state.read_to is None:
        return
    home: Any = measure.model or measure.rows().model
    relations = sorted({capture.RELATIONS.get(table, table) for table in state.reads})
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH late AS MATERIALIZED (
                SELECT DISTINCT record, subject FROM ledger_moved WHERE sign = -1 OR day <= %(settled)s
            ), noted AS MATERIALIZED (
                SELECT relation, record AS touched, customer, actor, max(at) AS at FROM metrics_change
                WHERE transaction >= %(since)s AND relation = ANY (%(relations)s) AND EXISTS (SELECT 1 FROM late)
                GROUP BY 1, 2, 3, 4
            ), own AS (
                SELECT l.record, n.relation, n.touched, n.actor, n.at
                FROM late l JOIN noted n ON n.relation = %(home)s AND n.touched = l.record
            ), theirs AS (
                SELECT l.record, n.relation, n.touched, n.actor, n.at
                FROM late l JOIN noted n ON n.touched = l.subject AND n.relation = '{CUSTOMERS}'
                UNION
                SELECT l.record, n.relation, n.touched, n.actor, n.at
                FROM late l JOIN noted n ON n.customer = l.subject
            ), others AS (
                SELECT relation, CASE WHEN count(*) = 1 THEN min(touched) END AS touched, actor, max(at) AS at
                FROM noted WHERE relation NOT IN (%(home)s, '{CUSTOMERS}') OR touched IS NULL
                GROUP BY relation, actor ORDER BY max(at) DESC LIMIT {FEW}
            ), found AS (
                SELECT * FROM own
                UNION
                SELECT * FROM theirs WHERE record NOT IN (SELECT record FROM own)
            )
            INSERT INTO metrics_cause (run_id, measure, record, relation, touched, actor, at)
            SELECT %(run)s, %(measure)s, f.* FROM (
                SELECT * FROM found
                UNION ALL
                SELECT l.record, o.* FROM (SELECT DISTINCT record FROM late) l CROSS JOIN others o
                WHERE l.record NOT IN (SELECT record FROM found)
            ) f""",
            {
                "settled": settled,
                "since": state.read_to,
                "relations": relations,
                "home": home._meta.db_table,
                "run": run,
                "measure": state.pk,
            },
        )
