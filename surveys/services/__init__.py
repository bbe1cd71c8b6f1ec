"""What people do with surveys: ask, take an answer, put one right."""

from surveys.services.answers import can_answer, record_answer, take_answer, void_answer
from surveys.services.invitations import bounce_invitation, find_invitation, invite, stop_asking

__all__ = [
    "bounce_invitation",
    "can_answer",
    "find_invitation",
    "invite",
    "record_answer",
    "stop_asking",
    "take_answer",
    "void_answer",
]
