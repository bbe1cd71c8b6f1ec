"""The words that go to and fro in a ticket."""

from datetime import datetime

from django.db import transaction

from customers.models import User
from support.choices import Author, Status, TicketEventKind
from support.models import Message, Ticket
from support.services.change import refuse, take


@transaction.atomic
def reply_to_ticket(
    ticket: Ticket,
    *,
    body: str,
    author_kind: str = Author.AGENT,
    public: bool = True,
    at: datetime | None = None,
    by: User | None = None,
) -> Ticket:
    """Write to the customer, or a note among ourselves; only a public reply of a person ends the wait for one."""
    change = take(ticket, at=at, by=by)
    if author_kind == Author.CUSTOMER:
        raise refuse("author_kind", "What the customer writes is recorded as the customer's reply.", "wrong-author")
    _write(change.ticket, body=body, author_kind=author_kind, public=public, at=change.at, by=by)
    return change.record(_kind_of_reply(author_kind, public))


@transaction.atomic
def customer_replies(ticket: Ticket, *, body: str, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Record what the customer wrote; it ends our waiting, and opens a solved ticket again."""
    change = take(ticket, at=at, by=by)
    status = change.life.status
    if status == Status.CLOSED:
        raise refuse("status", "This ticket is closed; open a new one.", "closed")
    _write(change.ticket, body=body, author_kind=Author.CUSTOMER, public=True, at=change.at, by=None)
    reopened = [TicketEventKind.REOPENED] if status == Status.SOLVED else []
    return change.record(TicketEventKind.CUSTOMER_REPLY, *reopened)


@transaction.atomic
def wait_for_customer(ticket: Ticket, *, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Say that the next word is the customer's; the time until it comes is counted apart."""
    change = take(ticket, at=at, by=by)
    if change.life.is_done:
        raise refuse("status", "A solved ticket waits for nobody.", "already-solved")
    return change.record(TicketEventKind.WAITING)


def _kind_of_reply(author_kind: str, public: bool) -> TicketEventKind:
    if not public:
        return TicketEventKind.NOTE
    return TicketEventKind.BOT_REPLY if author_kind == Author.BOT else TicketEventKind.AGENT_REPLY


def _write(ticket: Ticket, *, body: str, author_kind: str, public: bool, at: datetime, by: User | None) -> None:
    if not body.strip():
        raise refuse("body", "Write something first.", "empty")
    Message.objects.create(ticket=ticket, author_kind=author_kind, author=by, body=body, is_public=public, at=at)
