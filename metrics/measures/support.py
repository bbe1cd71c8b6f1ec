"""Tickets and interactions as facts."""

from metrics import dimensions as cut
from metrics.language import Elapsed, Measure
from support.models import Interaction, Ticket, TicketMovement
from support.querysets import AT_FIRST_CONTACT, FOR_SALES, FOR_SUPPORT, MOVES, REPLY_KEPT, SOLUTION_KEPT

ABOUT = (cut.CHANNEL.at("channel"), cut.PRIORITY.at("priority"), cut.LINE.at("product_line"))
TICKET_CUTS = (*cut.PEOPLE, *ABOUT, *cut.CUSTOMER)


class TicketsCreated(Measure):
    """Tickets that are neither spam nor merged into another, dated the local day each came in.

    A ticket counts for whom it was given to first, in the team they were in then.
    """

    rows = Ticket.objects.genuine
    clock = "created_at"
    subject = "customer"
    by = (cut.AGENT.at("first_agent"), cut.TEAM.at("first_team"), cut.OFFICE, *ABOUT, *cut.CUSTOMER)
    leaves_out = "Spam, and tickets merged into others."


class TicketsAnswered(Measure):
    """The wait for the first reply of a person, from creation or last reopening, dated the day of the reply."""

    rows = Ticket.objects.answered
    clock = "replied_at"
    value = Elapsed("awaited_since", "replied_at")
    subject = "customer"
    by = (cut.AGENT.at("replied_by"), *TICKET_CUTS)
    leaves_out = "Tickets still waiting, replies of a bot, spam and tickets merged into others."


class TicketsAnsweredInHours(Measure):
    """The opening hours that passed before the first reply of a person, dated the day of the reply."""

    rows = Ticket.objects.with_business_times().answered().filter(reply_delay_business__isnull=False).all
    clock = "replied_at"
    value = "reply_business"
    subject = "customer"
    by = (cut.AGENT.at("replied_by"), *TICKET_CUTS)
    leaves_out = "Tickets without a schedule, tickets still waiting, replies of a bot."


class TicketsSolved(Measure):
    """The time from creation to the last solve of each ticket still solved, dated the day of that solve."""

    rows = Ticket.objects.solved
    clock = "solved_at"
    value = Elapsed("created_at", "solved_at")
    subject = "customer"
    marks = {"at_first_contact": AT_FIRST_CONTACT}
    by = (cut.AGENT.at("solved_by"), *TICKET_CUTS)
    leaves_out = "Tickets opened again and not yet solved anew, spam and tickets merged into others."


class TicketsSolvedInHours(Measure):
    """The opening hours from creation to the last solve of each ticket still solved, dated the day of that solve."""

    rows = Ticket.objects.with_business_times().solved().filter(resolution_business__isnull=False).all
    clock = "solved_at"
    value = "full_business"
    subject = "customer"
    by = (cut.AGENT.at("solved_by"), *TICKET_CUTS)
    leaves_out = "Tickets without a schedule, and tickets opened again and not yet solved anew."


class FirstSolves(Measure):
    """The time from creation to each ticket's first solve, whether it held or not, dated the day of that solve."""

    rows = Ticket.objects.first_solved
    clock = "first_solved_at"
    value = Elapsed("created_at", "first_solved_at")
    subject = "customer"
    by = (cut.AGENT.at("first_solver"), *TICKET_CUTS)
    leaves_out = "Tickets never solved, spam and tickets merged into others."


class FirstSolvesInHours(Measure):
    """The opening hours from creation to the first solve of each ticket, dated the day of that solve."""

    rows = Ticket.objects.with_business_times().first_solved().filter(first_resolution_business__isnull=False).all
    clock = "first_solved_at"
    value = "first_business"
    subject = "customer"
    by = (cut.AGENT.at("first_solver"), *TICKET_CUTS)
    leaves_out = "Tickets without a schedule, and tickets never solved."


class RequesterWaits(Measure):
    """The time to the last solve of each ticket still solved, less what we waited for the customer."""

    rows = Ticket.objects.with_waits().solved
    clock = "solved_at"
    value = "wait"
    subject = "customer"
    by = (cut.AGENT.at("solved_by"), *TICKET_CUTS)
    leaves_out = "Tickets opened again and not yet solved anew, spam and tickets merged into others."


class RequesterWaitsInHours(Measure):
    """The opening hours to the last solve of each ticket still solved, less those we waited for the customer."""

    rows = Ticket.objects.with_waits().solved().filter(resolution_business__isnull=False).all
    clock = "solved_at"
    value = "wait_business"
    subject = "customer"
    by = (cut.AGENT.at("solved_by"), *TICKET_CUTS)
    leaves_out = "Tickets without a schedule, and tickets opened again and not yet solved anew."


class TicketMovements(Measure):
    """Tickets becoming open (+1) and ceasing to be (−1), dated the day of each; who is handed one takes it over.

    What opens a ticket and what ends that are read in the same cuts: those of the day it came into these hands.
    """

    rows = TicketMovement.objects.all
    model = Ticket
    record, part = "ticket", "part"
    clock, as_of = "at", "held_since_at"
    value = "delta"
    subject = "ticket__customer"
    alone = True
    marks = MOVES
    by = (
        cut.AGENT.at("agent"),
        *cut.PEOPLE,
        cut.CHANNEL.at("ticket__channel"),
        cut.PRIORITY.at("ticket__priority"),
        cut.LINE.at("ticket__product_line"),
        *cut.CUSTOMER,
    )
    leaves_out = "Spam, and tickets merged into others."


class RepliesPromised(Measure):
    """Tickets with a promised first reply, dated the day it came or was overdue, whichever was first."""

    rows = Ticket.objects.reply_promised
    clock = "decided_at"
    subject = "customer"
    marks = {"kept": REPLY_KEPT}
    by = (cut.AGENT.at("held_by"), *TICKET_CUTS)
    leaves_out = "Tickets nobody was promised a reply on, and promises neither kept nor due yet."


class SolutionsPromised(Measure):
    """Tickets with a promised solution, dated the day it came or was overdue, whichever was first."""

    rows = Ticket.objects.solution_promised
    clock = "decided_at"
    subject = "customer"
    marks = {"kept": SOLUTION_KEPT}
    by = (cut.AGENT.at("held_by"), *TICKET_CUTS)
    leaves_out = "Tickets nobody was promised a solution of, and promises neither kept nor due yet."


class Interactions(Measure):
    """The talk, hold and wrap-up time of each call, chat or mail handled, dated the day the wrap-up ended."""

    rows = Interaction.objects.with_handling().with_channel().handled
    clock = "ended_at"
    value = "handling"
    subject = "customer"
    marks = {"support": FOR_SUPPORT, "sales": FOR_SALES}
    by = (cut.AGENT.at("agent"), cut.TEAM.at("team"), cut.OFFICE, cut.CHANNEL.at("channel"), cut.KIND.at("kind"))
    leaves_out = "Calls and chats given up before anybody answered."
