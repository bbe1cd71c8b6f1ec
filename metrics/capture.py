# ruff: noqa: S608 - every name in the SQL below is a column of ours
"""Triggers that note every record that changes, whatever path it changes by: page, API, import, bulk, COPY, raw SQL.

A statement leaves a row of the log for each record it touched; rows are only ever added, so writers do not wait for
one another. A child counts as its parent: a changed order line is a changed order. The triggers are brought up to
this file after every `migrate`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection, models

from customers import models as customers
from metrics import models as ours
from sales import models as sales
from support import models as support
from surveys import models as surveys

PREFIX = "metrics_note_"
EVENTS = {
    "INSERT": "NEW TABLE AS came",
    "UPDATE": "OLD TABLE AS gone NEW TABLE AS came",
    "DELETE": "OLD TABLE AS gone",
}

# What may be called otherwise without meaning anything else.
CALLED = ("name", "description", "version", "changed_at")

INTO = "INSERT INTO metrics_change (relation, record, customer, actor, at, transaction)"
# Who is at work, where the request or command said so.
ACTOR = "nullif(current_setting('plumb.by', true), '')::bigint"


@dataclass(frozen=True)
class Heard:
    """A table listened to.

    `of` names the foreign key to the record the row is a part of, `along` that to another record to be noted as
    changed as well. `customer` names the foreign key to the customer whose story the record tells, or is SQL for them.
    `number` is SQL for what to note instead of the row's id. Of a row that others point at, a `word`, only an update
    is noted that changes more than how it is called; `columns` names all that matters.
    """

    model: type[models.Model]
    of: str = ""
    along: str = ""
    customer: str = ""
    number: str = ""
    word: bool = False
    columns: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def record(self) -> str:
        return self.number or (self._column(self.of) if self.of else "id")

    @property
    def relation(self) -> str:
        """The table of the record that counts as changed."""
        if not self.of:
            return self.table
        return cast(type[models.Model], self.model._meta.get_field(self.of).related_model)._meta.db_table

    @property
    def along_table(self) -> str:
        return cast(type[models.Model], self.model._meta.get_field(self.along).related_model)._meta.db_table

    @property
    def function(self) -> str:
        return f"{PREFIX}{self.table}"

    @property
    def events(self) -> dict[str, str]:
        """When to listen, and to which rows. What is new and pointed at by nobody says nothing yet."""
        return {event: rows for event, rows in EVENTS.items() if not (self.word and event == "INSERT")}

    def _column(self, field: str) -> str:
        return str(cast("models.Field[Any, Any]", self.model._meta.get_field(field)).column)

    def body(self) -> str:
        noted = f"'{self.relation}', {self.record}, {self._told_customer()}"
        stamp = f"{ACTOR}, now(), pg_current_xact_id()::text::bigint"
        once = "DISTINCT " if self.of or self.number else ""
        changed = f"SELECT {noted}, {stamp} FROM came UNION SELECT {noted}, {stamp} FROM gone"
        if self.word:
            # No join: planned for one row, it would compare each of a thousand with each.
            differs = (
                f"SELECT id, {self._meaning('came')} FROM came EXCEPT SELECT id, {self._meaning('gone')} FROM gone"
            )
            changed = f"SELECT {noted}, {stamp} FROM ({differs}) differs"
        came, gone = self._along("came", stamp), self._along("gone", stamp)
        return f"""
BEGIN
    IF TG_OP = 'INSERT' THEN
        {INTO} SELECT {once}{noted}, {stamp} FROM came{came};
    ELSIF TG_OP = 'DELETE' THEN
        {INTO} SELECT {once}{noted}, {stamp} FROM gone{gone};
    ELSIF TG_OP = 'UPDATE' THEN
        {INTO} {changed}{came}{gone};
    ELSE
        {INTO} VALUES ('{self.relation}', NULL, NULL, {stamp});
    END IF;
    RETURN NULL;
END"""

    def _along(self, rows: str, stamp: str) -> str:
        if not self.along:
            return ""
        record = self._column(self.along)
        return f" UNION SELECT '{self.along_table}', {record}, NULL, {stamp} FROM {rows} WHERE {record} IS NOT NULL"

    def _told_customer(self) -> str:
        if not self.customer:
            return "NULL::bigint"
        return self.customer if "(" in self.customer else self._column(self.customer)

    def _meaning(self, row: str) -> str:
        """Of a row, what is more than how it is called."""
        if self.columns:
            return f"({', '.join(f'{row}.{column}' for column in self.columns)})"
        return f"to_jsonb({row}) - '{{{','.join(CALLED)}}}'::text[]"

    def statements(self) -> Iterator[str]:
        """What makes the triggers; saying it again changes nothing."""
        yield f"CREATE OR REPLACE FUNCTION {self.function}() RETURNS trigger LANGUAGE plpgsql AS $${self.body()}$$"
        execute = f"FOR EACH STATEMENT EXECUTE FUNCTION {self.function}()"
        for event, rows in self.events.items():
            name = f"{PREFIX}{event.lower()}"
            yield f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {self.table} REFERENCING {rows} {execute}"
        yield f"CREATE OR REPLACE TRIGGER {PREFIX}truncate AFTER TRUNCATE ON {self.table} {execute}"
        yield f"COMMENT ON FUNCTION {self.function}() IS '{self.digest()}'"

    def digest(self) -> str:
        return hashlib.sha256(self.body().encode()).hexdigest()


# A touch of a lead is one of the customer the lead became.
TOUCHED = "coalesce(customer_id, (SELECT l.customer_id FROM sales_lead l WHERE l.id = lead_id))"

# A rate is known by its day, as Python counts days.
ORDINAL = """"on" - date '0001-01-01' + 1"""

HEARD = (
    Heard(customers.Customer, word=True, columns=("is_test", "acquired_on", "merged_into_id")),
    Heard(customers.CustomerVersion, of="customer"),
    Heard(customers.Team, word=True),
    Heard(customers.TeamMembership, of="user"),
    Heard(customers.EmailSubscription),
    Heard(customers.Visit, customer="customer"),
    Heard(customers.KeyEvent, of="visit"),
    Heard(sales.FxRate, number=f"({ORDINAL})"),
    Heard(sales.Campaign, word=True),
    Heard(sales.CampaignRecipient),
    Heard(sales.Touch, customer=TOUCHED),
    Heard(sales.ProductLine, word=True),
    Heard(sales.Product, word=True),
    Heard(sales.Plan, word=True),
    Heard(sales.LostReason, word=True),
    Heard(sales.Pipeline, word=True),
    Heard(sales.Stage, word=True),
    Heard(sales.Lead, customer="customer"),
    Heard(sales.Deal),
    Heard(sales.StageChange, of="deal"),
    Heard(sales.AmountChange, of="deal"),
    Heard(sales.Offer),
    Heard(sales.Cart),
    Heard(sales.Order, customer="customer"),
    Heard(sales.OrderLine, of="order"),
    Heard(sales.Refund, of="order"),
    Heard(sales.Subscription, customer="customer"),
    Heard(sales.SubscriptionEvent, of="subscription"),
    Heard(sales.Term),
    Heard(sales.Cost),
    Heard(sales.Quota),
    Heard(support.Ticket),
    Heard(support.TicketEvent, of="ticket"),
    Heard(support.Interaction),
    Heard(support.Schedule),
    Heard(support.OpeningHours, of="schedule"),
    Heard(support.Holiday, of="schedule"),
    Heard(support.AccessSample),
    Heard(support.Appointment),
    Heard(support.Treatment),
    Heard(support.Fill, of="treatment"),
    Heard(surveys.Survey, word=True),
    Heard(surveys.Invitation),
    Heard(surveys.Answer, along="invitation"),
    Heard(ours.ManualMeasure, word=True, columns=("key",)),
    Heard(ours.ManualValue),
    Heard(ours.Goal, word=True, columns=("ends_on", "owner_id")),
    Heard(ours.GoalReading, of="goal"),
    Heard(ours.QualityCheck),
    Heard(ours.LifetimeEstimate, customer="customer"),
)

# The table of the record that each table's rows are parts of.
RELATIONS = {heard.table: heard.relation for heard in HEARD}


def install(**kwargs: Any) -> None:
    """Bring the triggers of the database up to this file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, obj_description(oid, 'pg_proc') FROM pg_proc"
            " WHERE starts_with(proname, %s) AND pronamespace = current_schema()::regnamespace",
            [PREFIX],
        )
        standing, missed = dict(cursor.fetchall()), unheard()
        for heard in HEARD:
            if standing.pop(heard.function, None) != heard.digest() or heard.table in missed:
                for statement in heard.statements():
                    cursor.execute(statement)
        for leftover in standing:
            cursor.execute(f"DROP FUNCTION {leftover}() CASCADE")


def unheard() -> set[str]:
    """Tables that should be listened to and are not: a trigger is missing, or switched off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE starts_with(t.tgname, %s) AND t.tgenabled IN ('O', 'A')"
            " AND c.relnamespace = current_schema()::regnamespace GROUP BY 1",
            [PREFIX],
        )
        found = dict(cursor.fetchall())
    return {heard.table for heard in HEARD if found.get(heard.table) != len(heard.events) + 1}
