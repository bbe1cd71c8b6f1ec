"""Questions about many tickets, in the words of the trade: what a row is, spelled once."""

from typing import Self

from django.db.models import F, Q

from customers.record import RecordQuerySet
from support.choices import Status

SOLVED = Q(status__in=[Status.SOLVED, Status.CLOSED], solved_at__isnull=False)


class TicketQuerySet(RecordQuerySet):
    def genuine(self) -> Self:
        """Tickets that count: no spam, not merged into another."""
        return self.filter(is_spam=False, merged_into=None)

    def waiting(self) -> Self:
        """Tickets somebody still has to do something about."""
        return self.genuine().exclude(SOLVED)

    def solved(self) -> Self:
        """Tickets whose last solve still stands."""
        return self.genuine().filter(SOLVED)

    def answered(self) -> Self:
        """Tickets a person of ours has replied to, since their creation or last reopening."""
        return self.genuine().filter(replied_at__isnull=False)


class InteractionQuerySet(RecordQuerySet):
    def with_handling(self) -> Self:
        """Each interaction with `handling`: the seconds of talk, hold and wrap-up together."""
        return self.annotate(handling=F("talk_seconds") + F("hold_seconds") + F("wrap_seconds"))

    def handled(self) -> Self:
        return self.filter(was_abandoned=False)
