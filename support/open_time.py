# ruff: noqa: S608 - every name in the SQL below is a table of ours
"""How long we were open between two moments of a row, by the default schedule: the database's `hours.open_time`."""

from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Func

from support.models import Holiday, OpeningHours, Schedule

SCHEDULE, HOURS, HOLIDAY = (model._meta.db_table for model in (Schedule, OpeningHours, Holiday))

# Overlapping stretches are joined, so that no minute counts twice; one that closes at 23:59 lasts until midnight.
OPEN = f"""
CASE WHEN EXISTS (SELECT FROM {SCHEDULE} WHERE is_default) THEN coalesce((
    SELECT round(sum(extract(epoch FROM upper(r) - lower(r))))::bigint FROM unnest((
        SELECT range_agg(tstzrange(o.opens, o.closes) * tstzrange({{since}}, {{until}}))
        FROM (SELECT {{since}} AT TIME ZONE '{{zone}}' AS first, {{until}} AT TIME ZONE '{{zone}}' AS last) x
        CROSS JOIN LATERAL (SELECT x.first::date + i AS day FROM generate_series(0, x.last::date - x.first::date) i) d
        JOIN {HOURS} h ON h.weekday = extract(isodow FROM d.day)
        JOIN {SCHEDULE} s ON s.id = h.schedule_id AND s.is_default
        CROSS JOIN LATERAL (
            SELECT (d.day + h.opens) AT TIME ZONE '{{zone}}' AS opens,
                   CASE WHEN h.closes >= '23:59' THEN (d.day + 1)::timestamp ELSE d.day + h.closes END
                       AT TIME ZONE '{{zone}}' AS closes
        ) o
        WHERE o.closes > o.opens
          AND NOT EXISTS (SELECT FROM {HOLIDAY} y WHERE y.schedule_id = s.id AND y."on" = d.day)
    )) AS r
), 0) END"""


class OpenSeconds(Func):
    """The seconds we were open from one moment of a row to a later one; none where there is no default schedule."""

    arity = 2
    output_field = BigIntegerField()

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        since, until = (compiler.compile(moment)[0] for moment in self.get_source_expressions())
        return OPEN.format(since=since, until=until, zone=settings.TIME_ZONE), ()
