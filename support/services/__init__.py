"""What people do in support."""

from support.services.care import (
    attend_appointment,
    book_appointment,
    cancel_appointment,
    end_treatment,
    miss_appointment,
    offer_appointment,
    record_fill,
    sample_access,
    sample_missed_mornings,
    start_treatment,
)
from support.services.change import replay, team_of
from support.services.conversation import customer_replies, reply_to_ticket, wait_for_customer
from support.services.interactions import log_interaction
from support.services.tickets import (
    assign_ticket,
    close_ticket,
    escalate,
    mark_not_spam,
    mark_spam,
    merge_tickets,
    open_ticket,
    reopen_ticket,
    solve_ticket,
)

__all__ = [
    "assign_ticket",
    "attend_appointment",
    "book_appointment",
    "cancel_appointment",
    "close_ticket",
    "customer_replies",
    "end_treatment",
    "escalate",
    "log_interaction",
    "mark_not_spam",
    "mark_spam",
    "merge_tickets",
    "miss_appointment",
    "offer_appointment",
    "open_ticket",
    "record_fill",
    "reopen_ticket",
    "replay",
    "reply_to_ticket",
    "sample_access",
    "sample_missed_mornings",
    "solve_ticket",
    "start_treatment",
    "team_of",
    "wait_for_customer",
]
