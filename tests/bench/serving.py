"""How the company helps and asks: tickets and what happened to them, conversations, appointments, answers."""

from support.models import Appointment, Fill, Interaction, Ticket, TicketEvent, Treatment
from surveys.models import Answer, Invitation
from tests.bench.filling import Rows

TICKETS = [
    Rows(
        Ticket,
        """(SELECT i, i * 16 + k AS id FROM generate_series(1, {n}) i,
            generate_series(1, CASE WHEN luck(i, 170) >= 0.3 THEN 0
                               ELSE least(12, 1 + floor(wait(1.5, i, 171)))::int END) k) t
           CROSS JOIN LATERAL (SELECT amid(born(i), until(), id, 172) AS came,
                                      120 + one_of(120, id, 173) AS agent OFFSET 0) c
           CROSS JOIN LATERAL (SELECT came + (60 + wait(14000, id, 174)) * interval '1 second' AS reply,
                                      luck(id, 175) < 0.95 AS gets_reply OFFSET 0) r
           CROSS JOIN LATERAL (SELECT CASE WHEN gets_reply AND reply < until() THEN reply END AS replied,
                                      CASE WHEN luck(id, 176) < 0.93
                                      THEN reply + wait(90000, id, 177) * interval '1 second' END AS done OFFSET 0) s
           CROSS JOIN LATERAL (SELECT CASE WHEN done < until() THEN done END AS solved OFFSET 0) e""",
        {
            "id": "id",
            "number": "'T-' || id",
            "subject": "pick('{Cannot sign in,Invoice is wrong,Slow page,Please cancel,How do I,It broke}', id, 178)",
            "customer_id": "i",
            "channel": "lean('{email,chat,phone,web,social}', id, 179)",
            "priority": "pick('{normal,normal,normal,low,high,urgent}', id, 180)",
            "status": """CASE WHEN solved < until() - interval '7 days' THEN 'closed'
                WHEN solved IS NOT NULL THEN 'solved' WHEN replied IS NOT NULL THEN 'waiting' ELSE 'new' END""",
            "product_line": "'line-' || one_of(6, id, 181)",
            "agent_id": "agent",
            "team_id": "1 + mod(agent, 12)",
            "first_agent_id": "agent",
            "first_team_id": "1 + mod(agent, 12)",
            "schedule_id": "1",
            "created_at": "came",
            "awaited_since": "came",
            "replied_at": "replied",
            "replied_by_id": "CASE WHEN replied IS NOT NULL THEN agent END",
            "first_solved_at": "solved",
            "solved_at": "solved",
            "solved_by_id": "CASE WHEN solved IS NOT NULL THEN agent END",
            "closed_at": "CASE WHEN solved < until() - interval '7 days' THEN solved + interval '7 days' END",
            "reopened_count": "0",
            "reply_count": "(replied IS NOT NULL)::int + (luck(id, 186) < 0.5 AND solved IS NOT NULL)::int",
            "was_escalated": "luck(id, 183) < 0.07",
            "waited_on_customer": "(solved - came) * (luck(id, 184) * 0.4)",
            "reply_delay_business": "(replied - came) * 0.4",
            "resolution_business": "(solved - came) * 0.35",
            "first_resolution_business": "(solved - came) * 0.35",
            "waited_on_customer_business": "(solved - came) * (luck(id, 184) * 0.1)",
            "reply_due_at": "came + interval '8 hours'",
            "solve_due_at": "came + interval '3 days'",
            "is_spam": "luck(id, 185) < 0.01",
        },
    ),
    Rows(
        TicketEvent,
        """support_ticket t CROSS JOIN LATERAL (
            SELECT CASE WHEN luck(id, 186) < 0.5 THEN solved_at - replied_at END AS talk OFFSET 0) l
           CROSS JOIN LATERAL (VALUES
            (0, 'created', created_at, NULL::bigint), (1, 'agent_reply', replied_at, replied_by_id),
            (2, 'customer_reply', replied_at + talk * 0.3, NULL),
            (3, 'agent_reply', replied_at + talk * 0.6, agent_id),
            (4, 'solved', solved_at, solved_by_id), (5, 'closed', closed_at, NULL)) e (step, kind, at, actor)
           WHERE e.at IS NOT NULL""",
        {"id": "id * 8 + step", "ticket_id": "id", "kind": "e.kind", "at": "e.at", "actor_id": "actor"},
    ),
    Rows(
        Interaction,
        "support_ticket t WHERE replied_at IS NOT NULL AND luck(id, 187) < 0.75",
        {
            "id": "id",
            "kind": "lean('{email,chat,call}', id, 188)",
            "ticket_id": "id",
            "customer_id": "customer_id",
            "agent_id": "agent_id",
            "team_id": "team_id",
            "talk_seconds": "(60 + wait(300, id, 189))::int",
            "hold_seconds": "wait(40, id, 190)::int",
            "wrap_seconds": "(20 + wait(60, id, 191))::int",
            "ended_at": "replied_at",
            "was_abandoned": "luck(id, 192) < 0.02",
        },
    ),
    Rows(
        Interaction,
        "generate_series(1, {n}) i WHERE luck(i, 193) < 0.3",
        {
            "id": "16 * ({n} + 1) + i",
            "kind": "'call'",
            "purpose": "'sales'",
            "customer_id": "i",
            "agent_id": "one_of(120, i, 20)",
            "talk_seconds": "(60 + wait(300, i, 194))::int",
            "wrap_seconds": "(20 + wait(60, i, 195))::int",
            "ended_at": "amid(born(i), until(), i, 196)",
        },
    ),
    Rows(
        Appointment,
        "generate_series(1, {n}) i, LATERAL (SELECT date_trunc('hour', amid(born(i), until(), i, 221)) AS at) a"
        " WHERE luck(i, 220) < 0.05",
        {
            "customer_id": "i",
            "clinic": "pick('{Harbour,Hill,Park}', i, 222)",
            "provider": "'Dr. ' || one_of(20, i, 223)",
            "starts_at": "a.at",
            "ends_at": "a.at + interval '30 minutes'",
            "offered_at": "a.at - interval '30 days'",
            "booked_at": "a.at - interval '9 days'",
            "settled_at": "a.at + interval '1 hour'",
            "status": "lean('{attended,no_show,cancelled}', i, 224)",
        },
    ),
    Rows(
        Treatment,
        "generate_series(1, {n}) i WHERE luck(i, 225) < 0.005",
        {
            "id": "i",
            "customer_id": "i",
            "name": "pick('{Alpha,Beta,Gamma}', i, 226)",
            "clinic": "pick('{Harbour,Hill,Park}', i, 222)",
            "starts_on": "born(i)::date",
            "ends_on": "born(i)::date + 120",
        },
    ),
    Rows(
        Fill,
        "support_treatment t, generate_series(0, one_of(4, t.id, 227) - 1) k",
        {"treatment_id": "t.id", "filled_on": "t.starts_on + k * 32", "days": "30"},
    ),
]

WAVES = "generate_series(0, 9) w, LATERAL (SELECT until() - (w * 182 + 20) * interval '1 day' AS sent) s"
SURVEYS = [
    Rows(
        Invitation,
        "support_ticket t WHERE solved_at IS NOT NULL AND NOT is_spam AND luck(id, 230) < 0.5",
        {
            "id": "id",
            "survey_id": "1",
            "customer_id": "customer_id",
            "ticket_id": "id",
            "agent_id": "solved_by_id",
            "token_digest": "md5('csat' || id)",
            "sent_at": "solved_at + interval '10 minutes'",
            "expires_at": "solved_at + interval '14 days'",
        },
    ),
    Rows(
        Answer,
        "surveys_invitation v JOIN support_ticket t ON t.id = v.ticket_id WHERE luck(v.id, 231) < 0.4"
        " AND v.sent_at + interval '2 days' < until()",
        {
            "id": "v.id",
            "survey_id": "1",
            "invitation_id": "v.id",
            "customer_id": "v.customer_id",
            "ticket_id": "v.ticket_id",
            "agent_id": "v.agent_id",
            "team_id": "t.team_id",
            "channel": "t.channel",
            "score": "5 - floor(luck(v.id, 232) ^ 3 * 5)::int",
            "answered_at": "v.sent_at + luck(v.id, 233) * interval '2 days'",
        },
    ),
    Rows(
        Invitation,
        f"generate_series(1, {{n}}) i, {WAVES} WHERE luck(i * 16 + w, 234) < 0.06 AND born(i) < s.sent",
        {
            "id": "16 * ({n} + 1) + i * 16 + w",
            "survey_id": "2",
            "customer_id": "i",
            "wave": "'wave-' || w",
            "token_digest": "md5('nps' || i * 16 + w)",
            "sent_at": "s.sent",
            "expires_at": "s.sent + interval '14 days'",
        },
    ),
    Rows(
        Answer,
        "surveys_invitation v WHERE survey_id = 2 AND luck(v.id, 235) < 0.6",
        {
            "id": "v.id",
            "survey_id": "2",
            "invitation_id": "v.id",
            "customer_id": "v.customer_id",
            "channel": "'email'",
            "wave": "v.wave",
            "score": "10 - floor(luck(v.id, 236) ^ 1.8 * 11)::int",
            "answered_at": "v.sent_at + luck(v.id, 237) * interval '5 days'",
        },
    ),
]
SERVING = [*TICKETS, *SURVEYS]
