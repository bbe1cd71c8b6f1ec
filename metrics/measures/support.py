"""Tickets and interactions as facts."""

from metrics import dimensions as cut
from metrics.language import Elapsed, Measure
from support.models import Interaction, Ticket

TICKET_CUTS = (
    cut.CHANNEL.at("channel"),
    cut.PRIORITY.at("priority"),
    cut.LINE.at("product_line"),
    cut.TEAM.at("team"),
    *cut.CUSTOMER,
)


class TicketsCreated(Measure):
    """Tickets that are neither spam nor merged into another, dated the local day each came in."""

    rows = Ticket.objects.genuine
    clock = "created_at"
    subject = "customer"
    by = (cut.AGENT.at("agent"), *TICKET_CUTS)


class TicketsAnswered(Measure):
    """The wait for the first reply of a person, from creation or last reopening, dated the day of the reply."""

    rows = Ticket.objects.answered
    clock = "replied_at"
    value = Elapsed("awaited_since", "replied_at")
    subject = "customer"
    by = (cut.AGENT.at("replied_by"), *TICKET_CUTS)
    leaves_out = "Tickets still waiting, replies of a bot, spam and tickets merged into others."


class TicketsSolved(Measure):
    """The time from creation to the last solve of each ticket still solved, dated the day of that solve."""

    rows = Ticket.objects.solved
    clock = "solved_at"
    value = Elapsed("created_at", "solved_at")
    subject = "customer"
    by = (cut.AGENT.at("solved_by"), *TICKET_CUTS)
    leaves_out = "Tickets opened again and not yet solved anew, spam and tickets merged into others."


class Interactions(Measure):
    """The talk, hold and wrap-up time of each call, chat or mail handled, dated the day the wrap-up ended."""

    rows = Interaction.objects.with_handling().handled
    clock = "ended_at"
    value = "handling"
    subject = "customer"
    by = (cut.AGENT.at("agent"), cut.TEAM.at("team"), cut.KIND.at("kind"))
    leaves_out = "Calls and chats given up before anybody answered."
