"""What became of each ticket, told step by step from its events."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.second.records import Records, Row, walk
from tests.second.shared import is_real

Stretch = tuple[datetime, datetime]


@dataclass
class Life:
    """A ticket: when it was opened and ended, each time; who is waited for; what people replied."""

    ticket: Row
    opened: list[datetime]
    ended: list[datetime] = field(default_factory=list)
    waits: list[Stretch] = field(default_factory=list)
    waits_since: datetime | None = None
    replied_at: datetime | None = None
    replies: int = 0

    @property
    def is_open(self) -> bool:
        return len(self.opened) > len(self.ended)

    @property
    def solved_at(self) -> datetime | None:
        """The last solve, if it still holds."""
        return None if self.is_open else self.ended[-1]

    @property
    def asked_at(self) -> datetime:
        """Since when the customer waits, or waited, for a first reply: creation, or the last reopening."""
        return self.opened[-1]

    def step(self, kind: str, at: datetime) -> None:
        """Solving what is solved and opening what is open changes nothing; closing an open one solves it."""
        if kind == "agent_reply":
            self.replies += 1
            self.replied_at = self.replied_at or at
        if kind == "waiting" and self.is_open:
            self.waits_since = self.waits_since or at
        if kind in ("customer_reply", "solved", "closed") and self.waits_since:
            self.waits.append((self.waits_since, at))
            self.waits_since = None
        if kind in ("solved", "closed") and self.is_open:
            self.ended.append(at)
        if kind == "reopened" and not self.is_open:
            self.opened.append(at)
            self.replied_at = None


@walk
def lives(records: Records) -> list[Life]:
    """Of every ticket of a real customer that is neither spam nor merged into another."""
    return [
        life_of(records, ticket)
        for ticket in records.tickets
        if not ticket.is_spam and ticket.merged_into_id is None and is_real(records, ticket.customer_id)
    ]


def life_of(records: Records, ticket: Row) -> Life:
    life = Life(ticket, [ticket.created_at])
    told = records.of("ticket_events", "ticket_id").get(ticket.id, [])
    for event in sorted(told, key=lambda event: (event.at, event.id)):
        life.step(event.kind, event.at)
    return life
