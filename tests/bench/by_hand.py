"""The same cells as a person would write them in SQL: from the record tables in one statement, keeping no facts.

For each of the large measures the rows that count, with their moment, worker, customer, value, marks and own cuts.
What every measure shares, customers as described then, teams of that day, grouping, is written once around them.
"""

import re

CLOSED = "d.outcome <> '' AND NOT coalesce(r.is_duplicate, false)"
DEAL = """SELECT {at} AS at, coalesce(d.credited_to_id, d.owner_id) AS worker, d.customer_id AS customer,
    d.amount AS value, d.currency, {marks} AS marks, coalesce(d.credited_to_id, d.owner_id)::text AS owner,
    l.code AS line, d.product_id::text AS product, d.lead_source AS source, d.channel, a.code AS campaign, d.kind,
    d.lost_reason_id::text AS lost_reason
    FROM sales_deal d LEFT JOIN sales_lostreason r ON r.id = d.lost_reason_id
    LEFT JOIN sales_product u ON u.id = d.product_id LEFT JOIN sales_productline l ON l.id = u.line_id
    LEFT JOIN sales_campaign a ON a.id = d.campaign_id WHERE {where}"""
LINE = """SELECT o.placed_at AS at, o.owner_id AS worker, o.customer_id AS customer, i.{value} AS value, o.currency,
    {marks} AS marks, o.owner_id::text AS owner, o.channel, a.code AS campaign, l.code AS line,
    i.product_id::text AS product
    FROM sales_orderline i JOIN sales_order o ON o.id = i.order_id LEFT JOIN sales_campaign a ON a.id = o.campaign_id
    LEFT JOIN sales_product u ON u.id = i.product_id LEFT JOIN sales_productline l ON l.id = u.line_id
    WHERE o.status = 'paid' AND {where}"""
TICKET = """SELECT t.{at} AS at, t.{agent} AS worker, t.customer_id AS customer, {value} AS value, NULL AS currency,
    {marks} AS marks, t.{agent}::text AS agent, t.channel, t.priority, t.product_line AS line{team}
    FROM support_ticket t WHERE NOT t.is_spam AND t.merged_into_id IS NULL AND {where}"""
LEAD = """SELECT l.{at} AS at, l.owner_id AS worker, l.customer_id AS customer, {value} AS value, NULL AS currency,
    {marks} AS marks, l.owner_id::text AS owner, l.lead_source AS source, l.channel, a.code AS campaign, l.country,
    l.segment FROM sales_lead l LEFT JOIN sales_campaign a ON a.id = l.campaign_id
    WHERE NOT l.is_spam AND l.duplicate_of_id IS NULL AND NOT l.was_customer AND {where}"""
STATE = """SELECT s.at, s.described_at, s.customer_id AS customer, s.delta AS value, NULL AS currency, 0 AS marks
    {cuts} FROM sales_customerstate s WHERE s.basis = '{basis}'"""

ROWS = {
    "deals_created": DEAL.format(
        at="d.created_at",
        marks="(d.outcome = 'won')::int + 2 * (d.outcome = '')::int",
        where="NOT coalesce(r.is_duplicate, false)",
    ),
    "deals_closed": DEAL.format(
        at="d.closed_at",
        marks="CASE WHEN d.outcome = 'won' THEN 1 + 2 * (d.kind = 'upsell')::int + 4 * (d.kind = 'cross_sell')::int"
        " ELSE 0 END",
        where=CLOSED,
    ),
    "stage_stays": """SELECT s.left_at AS at, s.owner_id AS worker, d.customer_id AS customer,
        extract(epoch FROM s.left_at - s.at) AS value, NULL AS currency, 0 AS marks, s.to_stage_id::text AS stage,
        s.owner_id::text AS owner, l.code AS line
        FROM sales_stagechange s JOIN sales_deal d ON d.id = s.deal_id JOIN sales_stage g ON g.id = s.to_stage_id
        LEFT JOIN sales_lostreason r ON r.id = d.lost_reason_id LEFT JOIN sales_product u ON u.id = d.product_id
        LEFT JOIN sales_productline l ON l.id = u.line_id
        WHERE s.left_at IS NOT NULL AND g.kind = 'open' AND NOT coalesce(r.is_duplicate, false)""",
    "purchases": """SELECT o.placed_at AS at, o.owner_id AS worker, o.customer_id AS customer,
        coalesce(i.net, 0) AS value, o.currency, (coalesce(i.net, 0) > 0)::int AS marks, o.owner_id::text AS owner,
        o.channel, a.code AS campaign
        FROM sales_order o LEFT JOIN (SELECT order_id, sum(net) AS net FROM sales_orderline GROUP BY 1) i
        ON i.order_id = o.id LEFT JOIN sales_campaign a ON a.id = o.campaign_id WHERE o.status = 'paid'""",
    "products_sold": LINE.format(value="net", marks="(i.cost IS NOT NULL)::int", where="true"),
    "product_costs": LINE.format(value="cost", marks="0", where="i.cost IS NOT NULL"),
    "leads_created": LEAD.format(
        at="created_at",
        value="1",
        marks="coalesce((l.converted_at < l.created_at + interval '90 days')::int, 0)"
        " + 2 * coalesce((NOT entered_by_staff AND l.first_contacted_at < l.created_at + interval '1 day')::int, 0)"
        " + 4 * (NOT entered_by_staff)::int",
        where="true",
    ),
    "leads_answered": LEAD.format(
        at="first_contacted_at",
        value="extract(epoch FROM l.first_contacted_at - l.created_at)",
        marks="0",
        where="NOT l.entered_by_staff AND l.first_contacted_at IS NOT NULL",
    ),
    "tickets_created": TICKET.format(
        at="created_at",
        value="1",
        marks="0",
        agent="first_agent_id",
        team=", t.first_team_id::text AS team",
        where="true",
    ),
    "tickets_solved": TICKET.format(
        at="solved_at",
        value="extract(epoch FROM t.solved_at - t.created_at)",
        marks="coalesce((t.reopened_count = 0 AND t.reply_count <= 1)::int, 0)",
        agent="solved_by_id",
        team="",
        where="t.status IN ('solved', 'closed') AND t.solved_at IS NOT NULL",
    ),
    "tickets_answered": TICKET.format(
        at="replied_at",
        value="extract(epoch FROM t.replied_at - t.awaited_since)",
        marks="0",
        agent="replied_by_id",
        team="",
        where="t.replied_at IS NOT NULL",
    ),
    "active_buyers": STATE.format(basis="orders", cuts=", s.cohort"),
    "active_customers": STATE.format(basis="subscription", cuts=", s.plan_id::text AS plan, s.cohort"),
    "mrr_movements": """SELECT m.at, m.described_at, m.owner_id AS worker, m.customer_id AS customer, m.after AS value,
        m.before, m.currency, coalesce(1 << array_position(ARRAY['new', 'expansion', 'contraction', 'churn',
        'reactivation', 'pause', 'resume', 'transfer'], m.kind::text) - 1, 0) AS marks, m.plan_id::text AS plan,
        m.owner_id::text AS owner, m.cohort, l.code AS line
        FROM sales_mrrmovement m LEFT JOIN sales_plan n ON n.id = m.plan_id
        LEFT JOIN sales_product u ON u.id = n.product_id LEFT JOIN sales_productline l ON l.id = u.line_id""",
}

SHARED = {
    "segment": "v.segment",
    "country": "v.country",
    "industry": "v.industry",
    "region": "v.region",
    "size": "v.company_size",
    "gender": "v.gender",
    "acquired_by": "v.acquisition_channel",
    "team": "t.id::text",
    "office": "t.office",
    "owner": "v.owner_id::text",
    "age": """CASE WHEN v.birth_year IS NULL THEN ''
        ELSE (ARRAY['under 18', '18-24', '25-34', '35-44', '45-54', '55-64', '65 and over'])[
             1 + width_bucket(extract(year FROM local.as_of) - v.birth_year, ARRAY[18, 25, 35, 45, 55, 65])] END""",
}


def statement(rows: str, dimensions: list[tuple[int, str]], marks: int, zone: str, currency: str) -> str:
    """From the rows of one measure to its cells by day, and by month and member: count and sum."""
    own = {key for _, key in dimensions if re.search(rf"( AS |\.){key}\b", rows)}
    cuts = {key: f"x.{key}" if key in own else SHARED[key] for _, key in dimensions}
    described = "x.described_at" if "described_at" in rows else "x.at"
    worker = "x.worker" if " AS worker" in rows else "v.owner_id"
    rate = f"CASE WHEN x.currency = '{currency}' THEN 1 ELSE fx.rate END"
    value = "round(x.value)"
    if "NULL AS currency" not in rows:
        value = f"coalesce(round(coalesce(x.value, 0) * {rate} * 1000000), 0)"
    if " m.before" in rows:
        value += f" - coalesce(round(coalesce(x.before, 0) * {rate} * 1000000), 0)"
    sums = ", ".join(
        f"count(*){only} AS n{i}, sum(value){only} AS total{i}"
        for i in range(marks + 1)
        for only in [f" FILTER (WHERE marks & {1 << i - 1} <> 0)" if i else ""]
    )
    numbers = " ".join(f"WHEN GROUPING({key}) = 0 THEN {number}" for number, key in dimensions)
    members = " ".join(f"WHEN GROUPING({key}) = 0 THEN {key}" for key in cuts)
    cells = ", ".join(f"({i}, n{i}, total{i})" for i in range(marks + 1))
    return f"""
        SELECT x.mark, dimension, grain, day, member, x.n, x.total FROM (
            SELECT CASE {numbers} ELSE 0 END AS dimension, CASE {members} ELSE '' END AS member,
                   CASE GROUPING(day) WHEN 0 THEN 'd' ELSE 'm' END AS grain, coalesce(day, month) AS day, {sums}
            FROM (
                SELECT local.day, date_trunc('month', local.day)::date AS month, {value} AS value, x.marks,
                       {", ".join(f"left(coalesce({sql}, ''), 120) AS {key}" for key, sql in cuts.items())}
                FROM ({rows}) x
                CROSS JOIN LATERAL (SELECT (x.at AT TIME ZONE '{zone}')::date AS day,
                                           ({described} AT TIME ZONE '{zone}')::date AS as_of) local
                LEFT JOIN customers_customer c ON c.id = x.customer
                LEFT JOIN customers_customerversion v
                    ON v.customer_id = x.customer AND v.valid_from <= {described} AND v.valid_to > {described}
                LEFT JOIN customers_teammembership p ON p.user_id = {worker} AND p.joined_on <= local.as_of
                    AND (p.left_on IS NULL OR p.left_on > local.as_of)
                LEFT JOIN customers_team t ON t.id = p.team_id
                LEFT JOIN sales_fxrate fx ON fx.base = x.currency AND fx.quote = '{currency}'
                    AND fx.on = local.day
                WHERE c.is_test IS NOT TRUE
            ) rows
            GROUP BY GROUPING SETS ((day), (month){"".join(f", (month, {key})" for key in cuts)})
        ) grouped, LATERAL (VALUES {cells}) x (mark, n, total)
        WHERE x.n <> 0"""
