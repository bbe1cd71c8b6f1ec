"""The company's many rows: each table's story in SQL. Numbers of children are reckoned from those of their parents."""

from customers.models import (
    Activity,
    Contact,
    Customer,
    CustomerVersion,
    EmailSubscription,
    KeyEvent,
    LifecycleEvent,
    Visit,
)
from tests.bench.filling import Rows

CHANNELS = "'{organic,paid,social,email,referral,partner,event,direct,outbound,web}'"


def campaign(i: str, salt: int, share: float = 0.4) -> str:
    """The number of a campaign, for this share of rows."""
    return f"CASE WHEN luck({i}, {salt}) < {share} THEN one_of(40, {i}, {salt + 1}) END"


def rep(i: str) -> str:
    """The rep who looks after customer i at last."""
    return f"one_of(120, {i}, 20)"


def described(version: int) -> dict[str, str]:
    """Customer i as described first (0), and after a change (1), which a seventh of them saw."""
    salt = 30 + 5 * version
    company = "luck(i, 3) >= 0.3"
    return {
        "segment": f"lean('{{smb,midmarket,enterprise,public,startup}}', i, {salt})",
        "industry": "lean('{Retail,Software,Health,Building,Banking,Food,Energy,Media,Travel,Law,Farms,Mines}', i, 4)",
        "country": "lean('{DE,US,FR,GB,AT,CH,NL,IT,ES,PL,SE,DK,BE,CZ,IE}', i, 5)",
        "region": f"pick('{{North,East,South,West,Centre,Coast}}', i, {salt + 1})",
        "company_size": f"CASE WHEN {company} THEN lean('{{1,2-10,11-50,51-250,251-1000,1001+}}', i, 6) ELSE '' END",
        "birth_year": f"CASE WHEN {company} THEN NULL ELSE 1945 + floor(luck(i, 7) * 60)::int END",
        "gender": f"CASE WHEN {company} THEN '' ELSE pick('{{female,male,diverse}}', i, 8) END",
        "acquisition_channel": f"lean({CHANNELS}, i, 9)",
        "acquisition_campaign": "CASE WHEN luck(i, 10) < 0.4 THEN 'campaign-' || one_of(40, i, 11) ELSE '' END",
        "owner_id": f"CASE WHEN luck(i, 12) < 0.05 THEN NULL ELSE one_of(120, i, {20 + version}) END",
    }


TURNED = "luck(i, 40) < 0.15"
TURNED_AT = "amid(born(i), until(), i, 41)"
NAME = (
    "initcap(pick('{acme,bolt,cedar,delta,elm,fjord,grove,harbour,iris,jade,kite,lumen,maple,north,orbit}', i, 13)"
    " || ' ' || pick('{works,labs,trade,foods,energy,media,health,tools,travel,group}', i, 14)) || ' ' || i"
)
AFTER = f"CASE WHEN {TURNED} THEN {{}} ELSE {{}} END"
NOW = {column: AFTER.format(described(1)[column], before) for column, before in described(0).items()}

CUSTOMERS = [
    Rows(
        Customer,
        "generate_series(1, {n}) i",
        {
            "id": "i",
            "kind": "CASE WHEN luck(i, 3) < 0.3 THEN 'person' ELSE 'company' END",
            "name": NAME,
            "email": "'c' || i || '@example.com'",
            "lifecycle": "CASE WHEN luck(i, 80) < 0.35 THEN 'customer' ELSE 'prospect' END",
            "is_test": "luck(i, 15) < 0.002",
            **NOW,
        },
    ),
    Rows(
        CustomerVersion,
        "generate_series(1, {n}) i",
        {
            "customer_id": "i",
            "valid_from": "'1900-01-01 00:00+00'::timestamptz",
            "valid_to": f"CASE WHEN {TURNED} THEN {TURNED_AT} ELSE '9000-01-01 00:00+00' END",
            **described(0),
        },
    ),
    Rows(
        CustomerVersion,
        f"generate_series(1, {{n}}) i WHERE {TURNED}",
        {
            "customer_id": "i",
            "valid_from": TURNED_AT,
            "valid_to": "'9000-01-01 00:00+00'::timestamptz",
            **described(1),
        },
    ),
    Rows(
        Contact,
        "generate_series(1, {n}) i WHERE luck(i, 3) >= 0.3",
        {
            "id": "i",
            "customer_id": "i",
            "first_name": "pick('{Ada,Ben,Cleo,Dan,Eve,Finn,Gil,Hana,Ida,Jon}', i, 16)",
            "last_name": "pick('{Abel,Brandt,Costa,Dahl,Engel,Faber,Gross,Horn,Ito,Jung}', i, 17)",
            "email": "'contact-' || i || '@example.com'",
            "is_primary": "true",
        },
    ),
    Rows(
        LifecycleEvent,
        "generate_series(1, {n}) i WHERE luck(i, 80) < 0.35",
        {
            "customer_id": "i",
            "from_lifecycle": "'prospect'",
            "to_lifecycle": "'customer'",
            "at": "born(i)",
            "by_id": rep("i"),
        },
    ),
    Rows(
        Activity,
        "generate_series(1, {n}) i WHERE luck(i, 18) < 0.5",
        {
            "customer_id": "i",
            "owner_id": rep("i"),
            "kind": "pick('{note,call,meeting,task,email}', i, 19)",
            "subject": "'About customer ' || i",
            "created_at": "amid(born(i), until(), i, 22)",
            "done_at": "amid(born(i), until(), i, 22)",
        },
    ),
    Rows(
        EmailSubscription,
        "generate_series(1, {n}) i, LATERAL (SELECT luck(i, 24) < 0.2 AS left) gone WHERE luck(i, 23) < 0.5",
        {
            "customer_id": "i",
            "email": "'c' || i || '@example.com'",
            "mailing_list": "pick('{news,offers,events}', i, 25)",
            "subscribed_at": "born(i)",
            "ended_at": "CASE WHEN gone.left THEN amid(born(i), until(), i, 26) END",
            "end_reason": "CASE WHEN gone.left THEN lean('{unsubscribe,hard_bounce,complaint}', i, 27) ELSE '' END",
        },
    ),
]

VISITS = [
    Rows(
        Visit,
        "generate_series(1, {n} * 7 / 10) v",
        {
            "id": "v",
            "visitor_key": "'visitor-' || one_of({n}, v, 200)",
            "session_key": "'session-' || v",
            "started_at": "born(v)",
            "channel": f"lean({CHANNELS}, v, 201)",
            "campaign": "CASE WHEN luck(v, 202) < 0.3 THEN 'campaign-' || one_of(40, v, 203) ELSE '' END",
            "landing": "pick('{/,/pricing,/blog,/demo}', v, 204)",
            "country": "lean('{DE,US,FR,GB,AT,CH,NL,IT}', v, 205)",
            "device": "pick('{desktop,mobile,tablet}', v, 206)",
            "customer_id": "CASE WHEN v <= {n} AND luck(v, 207) < 0.6 THEN v END",
            "is_bot": "luck(v, 208) < 0.05",
        },
    ),
    Rows(
        KeyEvent,
        "customers_visit v WHERE luck(v.id, 209) < 0.12",
        {
            "visit_id": "v.id",
            "kind": "lean('{signup,download,demo,purchase}', v.id, 210)",
            "at": "v.started_at + interval '3 minutes'",
        },
    ),
]
