"""Views that read the story out of the events: who held a ticket open when, and on which days medicine was at hand."""

from django.db import migrations

# What is known of tickets from before their first hands, replies and receivers were written down.
BACKFILL = """
UPDATE support_ticket SET first_agent_id = agent_id, first_team_id = team_id;
UPDATE support_ticket t SET reply_count = (
    SELECT count(*) FROM support_ticketevent e WHERE e.ticket_id = t.id AND e.kind = 'agent_reply');
UPDATE support_ticket SET first_resolution_business = resolution_business WHERE reopened_count = 0;
UPDATE support_ticket SET waited_on_customer_business = interval '0' WHERE waited_on_customer = interval '0';
UPDATE support_ticketevent e SET agent_id = t.agent_id, team_id = t.team_id
FROM support_ticket t WHERE t.id = e.ticket_id AND e.kind = 'assigned';
"""

# A ticket without events, as some other system left it, is told by its dates. Every window is over one ticket, so
# that a question about a few tickets reads just those.
TICKET_MOVEMENT = """
CREATE VIEW support_ticketmovement AS
WITH counted AS (
    SELECT id, created_at, awaited_since, first_solved_at, solved_at, agent_id, first_agent_id,
           NOT EXISTS (SELECT FROM support_ticketevent e WHERE e.ticket_id = t.id) AS is_untold
    FROM support_ticket t WHERE NOT is_spam AND merged_into_id IS NULL
),
steps AS (
    SELECT id AS ticket_id, -9::bigint AS number, created_at AS at, 'created' AS kind, true AS opens,
           NULL::bigint AS agent_id
    FROM counted
    UNION ALL
    SELECT t.id, e.id, e.at, CASE e.kind WHEN 'closed' THEN 'solved' ELSE e.kind END,
           CASE WHEN e.kind IN ('solved', 'closed') THEN false WHEN e.kind = 'reopened' THEN true END,
           CASE WHEN e.kind = 'assigned' THEN coalesce(e.agent_id, t.first_agent_id) END
    FROM counted t JOIN support_ticketevent e ON e.ticket_id = t.id
    WHERE e.kind IN ('assigned', 'solved', 'closed', 'reopened')
    UNION ALL
    SELECT id, x.number, x.at, x.kind, x.opens, x.agent_id
    FROM counted t, LATERAL (VALUES
        (-8, t.created_at, 'assigned', NULL::boolean, coalesce(t.first_agent_id, t.agent_id)),
        (-7, CASE WHEN t.first_solved_at <= t.awaited_since THEN t.first_solved_at END, 'solved', false, NULL),
        (-6, CASE WHEN t.first_solved_at <= t.awaited_since THEN t.awaited_since END, 'reopened', true, NULL),
        (-5, t.solved_at, 'solved', false, NULL)) x (number, at, kind, opens, agent_id)
    WHERE t.is_untold AND x.at IS NOT NULL
),
turns AS (
    SELECT steps.*, count(opens) OVER w AS turn, count(agent_id) OVER w AS hand
    FROM steps WINDOW w AS (PARTITION BY ticket_id ORDER BY at, number)
),
states AS (
    SELECT ticket_id, number, at, kind,
           first_value(opens) OVER (PARTITION BY ticket_id, turn ORDER BY at, number) AS is_open,
           first_value(agent_id) OVER (PARTITION BY ticket_id, hand ORDER BY at, number) AS holder
    FROM turns
),
pairs AS (
    SELECT states.*, lag(is_open, 1, false) OVER w AS was_open, lag(holder) OVER w AS held
    FROM states WINDOW w AS (PARTITION BY ticket_id ORDER BY at, number)
),
changes AS (
    SELECT pairs.* FROM pairs
    WHERE is_open <> was_open OR (is_open AND holder IS DISTINCT FROM held)
),
since AS (
    SELECT changes.*, lag(at) OVER (PARTITION BY ticket_id ORDER BY at, number) AS held_since FROM changes
)
SELECT number * 2 + leg AS id, ticket_id, number * 2 + leg AS part, kind, at,
       CASE leg WHEN 0 THEN held_since ELSE at END AS held_since_at,
       (CASE leg WHEN 0 THEN -1 ELSE 1 END)::smallint AS delta,
       CASE leg WHEN 0 THEN held ELSE holder END AS agent_id
FROM since, LATERAL (VALUES (0), (1)) legs (leg)
WHERE (leg = 0 AND was_open) OR (leg = 1 AND is_open)
"""

# Medicine fetched before the last ran out lasts that much longer: each fill begins no earlier than the one before
# it ends, which is the running maximum of (day fetched - days handed out before).
TREATMENT_DAY = """
CREATE VIEW support_treatmentday AS
WITH fills AS (
    SELECT treatment_id, id, filled_on, days, sum(days) OVER w AS handed_out
    FROM support_fill WINDOW w AS (PARTITION BY treatment_id ORDER BY filled_on, id)
),
stocks AS (
    SELECT treatment_id, days, (handed_out - days)::int
           + max(filled_on - (handed_out - days)::int) OVER (PARTITION BY treatment_id ORDER BY filled_on, id) AS from_on
    FROM fills
)
SELECT t.id * 100000 + (d.day - t.starts_on) AS id, t.id AS treatment_id, d.day - t.starts_on AS part,
       d.day AS counted_on,
       EXISTS (SELECT FROM stocks s
               WHERE s.treatment_id = t.id AND s.from_on <= d.day AND s.from_on + s.days > d.day) AS is_covered
FROM support_treatment t
CROSS JOIN LATERAL (
    SELECT (now() AT TIME ZONE coalesce(nullif(current_setting('plumb.zone', true), ''), 'UTC'))::date AS day) today
CROSS JOIN LATERAL (
    SELECT t.starts_on + n AS day FROM generate_series(0, least(t.ends_on, today.day) - t.starts_on - 1) n) d
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0002_promises_first_hands_and_access")]

    operations = [
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(TICKET_MOVEMENT, "DROP VIEW support_ticketmovement"),
        migrations.RunSQL(TREATMENT_DAY, "DROP VIEW support_treatmentday"),
    ]
