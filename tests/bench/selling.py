"""What the company sells: subscriptions and their events, orders and their lines, deals and their stages, leads."""

from sales.models import (
    CampaignRecipient,
    Cart,
    Deal,
    Lead,
    Offer,
    Order,
    OrderLine,
    Refund,
    StageChange,
    Subscription,
    SubscriptionEvent,
    Term,
    Touch,
)
from tests.bench.dealings import CHANNELS, campaign, rep
from tests.bench.filling import Rows

SOURCES = "'{Website,Fair,Referral,Cold call,Partner,Webinar,Newsletter,Search,Social,Press}'"

SUBSCRIPTIONS = [
    Rows(
        Subscription,
        """(SELECT i, k, i * 2 + k AS id, amid(born(i), until(), i * 2 + k, 52) AS start FROM
            generate_series(1, {n}) i,
            generate_series(0, CASE WHEN luck(i, 50) >= 0.35 THEN -1 WHEN luck(i, 51) < 0.1 THEN 1 ELSE 0 END) k) s,
           LATERAL (SELECT start + wait(900, s.id, 53) * interval '1 day' AS over) life""",
        {
            "id": "s.id",
            "customer_id": "i",
            "plan_id": "one_of(8, s.id, 54)",
            "owner_id": rep("i"),
            "quantity": "1 + floor(luck(s.id, 55) ^ 3 * 20)::int",
            "price": "20 * one_of(8, s.id, 54)",
            "currency": "currency(i)",
            "started_at": "start",
            "ended_at": "CASE WHEN over < until() THEN over END",
        },
    ),
    Rows(
        SubscriptionEvent,
        """(SELECT s.*, price * quantity AS mrr_now, coalesce(ended_at, until()) AS over,
                   CASE WHEN luck(id, 56) < 0.6 THEN least(4, floor(extract(epoch FROM coalesce(ended_at, until())
                        - started_at) / 86400 / 210))::int ELSE 0 END AS changes,
                   CASE WHEN luck(id, 57) < 0.7 THEN 1.12 ELSE 0.9 END AS growth
            FROM sales_subscription s) s
           CROSS JOIN LATERAL (SELECT round(mrr_now / growth ^ changes, 2) AS first) f
           CROSS JOIN LATERAL (
               SELECT 0 AS step, 'start' AS kind, started_at AS at, first AS mrr, first AS worth
               UNION ALL
               SELECT j, 'change', started_at + interval '1 day' * (200 * j + 8 * luck(id, 58)), amount, amount
               FROM generate_series(1, changes) j
               CROSS JOIN LATERAL (SELECT round(mrr_now / growth ^ (changes - j), 2) AS amount)
               UNION ALL
               SELECT step, kind, started_at + days * interval '1 day',
                      CASE kind WHEN 'pause' THEN 0 ELSE first END, NULL
               FROM (VALUES (5, 'pause', 100), (6, 'resume', 130)) rest (step, kind, days)
               WHERE luck(id, 59) < 0.08 AND started_at + interval '140 days' < over
               UNION ALL
               SELECT 7, 'end', ended_at, 0, NULL WHERE ended_at IS NOT NULL) e""",
        {
            "id": "id * 8 + step",
            "subscription_id": "id",
            "kind": "e.kind",
            "at": "e.at",
            "mrr": "e.mrr",
            "worth": "e.worth",
            "plan_id": "plan_id",
            "quantity": "quantity",
            "owner_id": "owner_id",
            "by_id": "owner_id",
            "reason": "CASE e.kind WHEN 'end' THEN pick('{price,missing feature,moved on}', id, 60) ELSE '' END",
            "is_involuntary": "e.kind = 'end' AND luck(id, 61) < 0.2",
        },
    ),
    Rows(
        Term,
        """(SELECT s.*, generate_series(0, years) AS y FROM (
                SELECT *, least(6, floor(extract(epoch FROM coalesce(ended_at, until()) - started_at) / 31536000))::int
                       AS years FROM sales_subscription) s WHERE luck(id, 62) < 0.4) s""",
        {
            "id": "id * 8 + y",
            "subscription_id": "id",
            "starts_on": "started_at::date + 365 * y",
            "ends_on": "started_at::date + 365 * (y + 1)",
            "mrr": "price * quantity",
            "renewed_by_id": "CASE WHEN y < years THEN id * 8 + y + 1 END",
            "renewed_at": "CASE WHEN y < years THEN started_at + (365 * (y + 1) - 10) * interval '1 day' END",
        },
    ),
]

ORDERS = [
    Rows(
        Order,
        """(SELECT i, i * 16 + k AS id FROM generate_series(1, {n}) i,
            generate_series(1, CASE WHEN luck(i, 80) >= 0.35 THEN 0
                               ELSE least(12, 1 + floor(wait(1.5, i, 81)))::int END) k) o""",
        {
            "id": "id",
            "number": "'O-' || id",
            "customer_id": "i",
            "owner_id": rep("i"),
            "placed_at": "amid(born(i), until(), id, 82)",
            "status": "CASE WHEN luck(id, 83) < 0.93 THEN 'paid' ELSE pick('{pending,cancelled,void}', id, 84) END",
            "channel": f"lean({CHANNELS}, id, 85)",
            "campaign_id": campaign("id", 86),
            "currency": "currency(i)",
        },
    ),
    Rows(
        OrderLine,
        """(SELECT id AS order_id, id * 4 + l AS id FROM sales_order o,
            generate_series(0, floor(luck(o.id, 90) * 2.4)::int) l) l,
           LATERAL (SELECT round((5 + luck(id, 91) ^ 2 * 400)::numeric, 2) AS net) paid""",
        {
            "id": "id",
            "order_id": "order_id",
            "product_id": "one_of(60, id, 92)",
            "quantity": "one_of(5, id, 93)",
            "net": "net",
            "cost": "CASE WHEN luck(id, 94) < 0.8 THEN round(net * 0.6, 2) END",
        },
    ),
    Rows(
        Refund,
        "sales_orderline l JOIN sales_order o ON o.id = l.order_id WHERE l.id = o.id * 4 AND luck(o.id, 95) < 0.05",
        {
            "id": "l.id",
            "order_id": "o.id",
            "line_id": "l.id",
            "at": "o.placed_at + (1 + wait(12, o.id, 96)) * interval '1 day'",
            "net": "round(l.net / 2, 2)",
        },
    ),
    Rows(
        Cart,
        "sales_order o WHERE luck(o.id, 97) < 0.4",
        {
            "id": "o.id",
            "visitor_key": "'visitor-' || o.id",
            "customer_id": "o.customer_id",
            "channel": "o.channel",
            "device": "pick('{desktop,mobile,tablet}', o.id, 98)",
            "created_at": "o.placed_at - interval '1 hour'",
            "last_activity_at": "o.placed_at",
            "order_id": "o.id",
        },
    ),
    Rows(
        Cart,
        "generate_series(1, {n} / 5) c",
        {
            "id": "16 * ({n} + 1) + c",
            "visitor_key": "'visitor-' || c",
            "channel": f"lean({CHANNELS}, c, 99)",
            "device": "pick('{desktop,mobile,tablet}', c, 98)",
            "created_at": "born(c)",
            "last_activity_at": "born(c) + interval '5 minutes'",
        },
    ),
]

LOST = "CASE WHEN luck(id, 117) < 0.03 THEN 7 ELSE one_of(6, id, 118) END"
DEALS = [
    Rows(
        Deal,
        """(SELECT i, i * 8 + k AS id FROM generate_series(1, {n}) i,
            generate_series(1, CASE WHEN luck(i, 110) >= 0.2 THEN 0
                               ELSE least(4, 1 + floor(wait(0.8, i, 111)))::int END) k) d
           CROSS JOIN LATERAL (SELECT amid(born(i) - interval '40 days', until(), id, 112) AS begun,
                                      (5 + wait(45, id, 113)) * interval '1 day' AS cycle, luck(id, 114) < 0.35 AS won,
                                      one_of(2, id, 115) AS pipeline) t
           CROSS JOIN LATERAL (SELECT begun + cycle < until() AS closed) c""",
        {
            "id": "id",
            "name": "'Deal ' || id",
            "customer_id": "i",
            "owner_id": rep("i"),
            "pipeline_id": "pipeline",
            "stage_id": """(pipeline - 1) * 6 + CASE WHEN NOT closed
                THEN 1 + floor(4 * extract(epoch FROM until() - begun) / extract(epoch FROM cycle))::int
                WHEN won THEN 5 ELSE 6 END""",
            "product_id": "one_of(60, id, 116)",
            "kind": "lean('{new,upsell,cross_sell,renewal}', id, 119)",
            "amount": "round((500 + luck(id, 120) ^ 3 * 90000)::numeric, 2)",
            "currency": "currency(i)",
            "channel": f"lean({CHANNELS}, id, 121)",
            "lead_source": f"lean({SOURCES}, id, 122)",
            "campaign_id": campaign("id", 123),
            "created_at": "begun",
            "expected_close_on": "(begun + cycle * (0.7 + luck(id, 125) * 0.6))::date",
            "outcome": "CASE WHEN NOT closed THEN '' WHEN won THEN 'won' ELSE 'lost' END",
            "closed_at": "CASE WHEN closed THEN begun + cycle END",
            "closed_by_id": f"CASE WHEN closed THEN {rep('i')} END",
            "credited_to_id": f"CASE WHEN closed THEN {rep('i')} END",
            "lost_reason_id": f"CASE WHEN closed AND NOT won THEN {LOST} END",
        },
    ),
    Rows(
        StageChange,
        """(SELECT d.*, (pipeline_id - 1) * 6 AS base, (5 + wait(45, id, 113)) * interval '1 day' AS cycle,
                   CASE WHEN outcome = '' THEN stage_id - (pipeline_id - 1) * 6
                        WHEN outcome = 'won' THEN 4 ELSE one_of(4, id, 126) END AS depth FROM sales_deal d) d
           CROSS JOIN LATERAL (SELECT CASE WHEN outcome = '' THEN 4 ELSE depth END AS parts) p
           CROSS JOIN generate_series(1, depth + CASE WHEN outcome = '' THEN 0 ELSE 1 END) j""",
        {
            "id": "id * 8 + j",
            "deal_id": "id",
            "from_stage_id": "CASE WHEN j > 1 THEN base + j - 1 END",
            "to_stage_id": "CASE WHEN j > depth THEN stage_id ELSE base + j END",
            "at": "CASE WHEN j > depth THEN closed_at ELSE created_at + cycle * ((j - 1)::float8 / parts) END",
            "left_at": """CASE WHEN j > depth OR (outcome = '' AND j = depth) THEN NULL
                WHEN j = depth THEN closed_at ELSE created_at + cycle * (j::float8 / parts) END""",
            "by_id": "owner_id",
            "owner_id": "owner_id",
            "amount": "amount",
        },
    ),
    Rows(
        Offer,
        "generate_series(1, {n}) i, LATERAL (SELECT amid(born(i), until(), i, 128) AS at) made"
        " WHERE luck(i, 127) < 0.2",
        {
            "customer_id": "i",
            "product_id": "one_of(60, i, 129)",
            "owner_id": rep("i"),
            "kind": "pick('{upsell,cross_sell}', i, 130)",
            "made_at": "made.at",
            "accepted_at": "CASE WHEN luck(i, 131) < 0.3 THEN made.at + interval '5 days' END",
            "declined_at": "CASE WHEN luck(i, 131) > 0.6 THEN made.at + interval '9 days' END",
        },
    ),
]

LEADS = [
    Rows(
        Lead,
        """(SELECT i, i AS id, amid(born(i) - interval '60 days', born(i), i, 140) AS came, born(i) AS converted
            FROM generate_series(1, {n}) i WHERE luck(i, 139) < 0.35
            UNION ALL
            SELECT NULL, {n} + j, born(j + 7), NULL FROM generate_series(1, {n} * 35 / 100) j) l""",
        {
            "id": "id",
            "name": "'Lead ' || id",
            "email": "'lead-' || id || '@example.com'",
            "lead_source": f"lean({SOURCES}, id, 141)",
            "channel": f"lean({CHANNELS}, id, 142)",
            "campaign_id": campaign("id", 143),
            "owner_id": "one_of(120, id, 145)",
            "segment": "lean('{smb,midmarket,enterprise,public,startup}', id, 146)",
            "country": "lean('{DE,US,FR,GB,AT,CH,NL,IT,ES,PL,SE,DK,BE,CZ,IE}', id, 147)",
            "entered_by_staff": "luck(id, 148) < 0.1",
            "created_at": "came",
            "first_contacted_at": "CASE WHEN luck(id, 149) < .9 THEN came + interval '5 hours' * wait(1, id, 150) END",
            "qualified_at": "CASE WHEN converted IS NOT NULL THEN amid(came, converted, id, 151) END",
            "disqualified_at": "CASE WHEN converted IS NULL AND luck(id, 152) < 0.6 THEN came + interval '9 days' END",
            "converted_at": "converted",
            "customer_id": "i",
            "is_spam": "converted IS NULL AND luck(id, 153) < 0.03",
            "duplicate_of_id": "CASE WHEN converted IS NULL AND luck(id, 154) < 0.02 AND id > {n} + 1 THEN id - 1 END",
        },
    ),
    Rows(
        CampaignRecipient,
        "generate_series(1, {n} * 3 / 4) r, LATERAL (SELECT one_of({n}, r, 159) AS i) c",
        {
            "campaign_id": "one_of(40, r, 160)",
            "customer_id": "i",
            "email": "'c' || i || '@example.com'",
            "sent_at": "born(r)",
            "bounced_at": "CASE WHEN luck(r, 161) < 0.02 THEN born(r) + interval '1 minute' END",
            "responded_at": "CASE WHEN luck(r, 161) > 0.9 THEN born(r) + interval '1 day' END",
        },
    ),
    Rows(
        Touch,
        "generate_series(1, {n}) i WHERE luck(i, 165) < 0.5",
        {
            "customer_id": "i",
            "campaign_id": "one_of(40, i, 166)",
            "channel": f"lean({CHANNELS}, i, 167)",
            "at": "born(i) - interval '1 day' * wait(20, i, 168)",
        },
    ),
]
SELLING = [*SUBSCRIPTIONS, *ORDERS, *LEADS, *DEALS]
