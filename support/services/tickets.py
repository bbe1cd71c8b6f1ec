"""A ticket's way from open to solved."""

from datetime import datetime

from django.db import transaction

from customers.models import User
from support.choices import Author, Status, TicketEventKind
from support.models import Message, Ticket
from support.services.change import Change, moment, refuse, take, team_of


@transaction.atomic
def open_ticket(ticket: Ticket, *, body: str = "", at: datetime | None = None, by: User | None = None) -> Ticket:
    """Take in a new request for help; its first words, if any, are the customer's."""
    ticket.created_at = moment(at or ticket.created_at)
    if ticket.contact and not ticket.customer:
        ticket.customer = ticket.contact.customer
    if ticket.agent and not ticket.team:
        ticket.team = team_of(ticket.agent, at=ticket.created_at)
    ticket.status = Status.NEW
    ticket.full_clean()
    ticket.save()
    if body:
        Message.objects.create(ticket=ticket, author_kind=Author.CUSTOMER, body=body, at=ticket.created_at)
    assigned = [TicketEventKind.ASSIGNED] if ticket.agent else []
    change = Change(ticket, ticket.created_at, by, [], ticket.agent, ticket.team)
    return change.record(TicketEventKind.CREATED, *assigned)


@transaction.atomic
def assign_ticket(ticket: Ticket, *, agent: User, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Give the ticket to an agent; one entered late does not undo an assignment after it."""
    change = take(ticket, at=at, by=by)
    change.agent, change.team = agent, team_of(agent, at=change.at)
    if not change.happened_later(TicketEventKind.ASSIGNED):
        change.ticket.agent, change.ticket.team = change.agent, change.team
    return change.record(TicketEventKind.ASSIGNED)


@transaction.atomic
def solve_ticket(ticket: Ticket, *, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Say that the ticket is solved, and who solved it."""
    change = take(ticket, at=at, by=by)
    if change.life.is_done:
        raise refuse("status", "This ticket is solved already.", "already-solved")
    return change.record(TicketEventKind.SOLVED)


@transaction.atomic
def reopen_ticket(ticket: Ticket, *, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Take a solved ticket up again; from now on the customer waits for a first reply anew."""
    change = take(ticket, at=at, by=by)
    if not change.life.is_done:
        raise refuse("status", "Only a solved ticket can be reopened.", "not-solved")
    return change.record(TicketEventKind.REOPENED)


@transaction.atomic
def close_ticket(ticket: Ticket, *, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Close a solved ticket for good; a reply from the customer no longer reopens it."""
    change = take(ticket, at=at, by=by)
    if change.life.status != Status.SOLVED:
        raise refuse("status", "Only a solved ticket can be closed.", "not-solved")
    return change.record(TicketEventKind.CLOSED)


@transaction.atomic
def escalate(ticket: Ticket, *, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Say that the ticket needs somebody further up."""
    return take(ticket, at=at, by=by).record(TicketEventKind.ESCALATED)


@transaction.atomic
def mark_spam(ticket: Ticket, *, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Leave the ticket out of every number; nobody asked for help."""
    change = take(ticket, at=at, by=by)
    if change.life.is_spam:
        raise refuse("is_spam", "This ticket is marked as spam already.", "already-spam")
    return change.record(TicketEventKind.SPAM)


@transaction.atomic
def mark_not_spam(ticket: Ticket, *, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Count the ticket again; it was a request for help after all."""
    change = take(ticket, at=at, by=by)
    if not change.life.is_spam:
        raise refuse("is_spam", "This ticket is not marked as spam.", "not-spam")
    return change.record(TicketEventKind.NOT_SPAM)


@transaction.atomic
def merge_tickets(survivor: Ticket, *, absorbed: Ticket, at: datetime | None = None, by: User | None = None) -> Ticket:
    """Say that two tickets are one request: the survivor counts, the absorbed one stays readable behind it."""
    if survivor.pk == absorbed.pk:
        raise refuse("absorbed", "A ticket cannot be merged into itself.", "same-ticket")
    # Locked in the order of ids, so that two merges of the same pair never wait for each other.
    pair = Ticket.objects.select_for_update().order_by("pk").in_bulk([survivor.pk, absorbed.pk])
    survivor = pair[survivor.pk]
    if survivor.merged_into_id:
        raise refuse("into", "The surviving ticket was merged into another itself.", "merged")
    change = take(absorbed, at=at, by=by)
    change.ticket.merged_into = survivor
    change.record(TicketEventKind.MERGED)
    Ticket.objects.filter(merged_into=absorbed).update(merged_into=survivor)
    return survivor
