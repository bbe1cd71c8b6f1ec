"""Questions about many tickets, in the words of the trade: what a row is, spelled once."""

from datetime import datetime
from typing import Any, Self

from django.db.models import BigIntegerField, Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Extract, Least

from customers.record import RecordQuerySet
from support.choices import AppointmentStatus, InteractionKind, Purpose, Status, TicketChannel, TicketEventKind

SOLVED = Q(status__in=[Status.SOLVED, Status.CLOSED], solved_at__isnull=False)
MOVES = {kind: Q(kind=kind) for kind in ("created", "solved", "reopened")}
AT_FIRST_CONTACT = Q(reopened_count=0, reply_count__lte=1)
REPLY_KEPT = Q(replied_at__lte=F("reply_due_at"))
SOLUTION_KEPT = Q(solved_at__lte=F("solve_due_at"))
FOR_SUPPORT, FOR_SALES = Q(purpose=Purpose.SUPPORT), Q(purpose=Purpose.SALES)
ATTENDED, MISSED = Q(status=AppointmentStatus.ATTENDED), Q(status=AppointmentStatus.NO_SHOW)
COVERED = Q(is_covered=True)
BOOKED = Q(status__in=[AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW])


def seconds(column: str) -> Extract:
    """A length kept in a column, in whole seconds."""
    return Extract(column, "epoch", output_field=BigIntegerField())


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

    def with_business_times(self) -> Self:
        """Each ticket with its lengths in opening hours, in seconds; none where no schedule says when we open."""
        return self.annotate(
            reply_business=seconds("reply_delay_business"),
            first_business=seconds("first_resolution_business"),
            full_business=seconds("resolution_business"),
        )

    def with_waits(self) -> Self:
        """Each ticket with the seconds its requester waited for us: up to the last solve, less waiting for them."""
        waited = Coalesce(seconds("waited_on_customer"), 0)
        waited_open = Coalesce(seconds("waited_on_customer_business"), 0)
        took = seconds(F("solved_at") - F("created_at"))  # type: ignore[arg-type]  # any expression of a length
        return self.annotate(wait=took - waited, wait_business=seconds("resolution_business") - waited_open)

    def first_solved(self) -> Self:
        """Tickets solved at least once, whether it held or not, and who did (`first_solver`)."""
        done = [TicketEventKind.SOLVED, TicketEventKind.CLOSED]
        solves = self._events().filter(ticket=OuterRef("pk"), kind__in=done).order_by("at", "id")
        first_solver = Coalesce(Subquery(solves.values("actor")[:1]), "solved_by", output_field=BigIntegerField())
        return self.genuine().filter(first_solved_at__isnull=False).annotate(first_solver=first_solver)

    def reply_promised(self) -> Self:
        """Tickets with a promised reply; `decided_at` is when it came, or else was broken.

        What was solved by then without one needed none, whatever was written afterwards.
        """
        needed = REPLY_KEPT | ~SOLVED | Q(solved_at__gt=F("reply_due_at"))
        return (
            self.genuine()
            .filter(needed, reply_due_at__isnull=False)
            .annotate(
                decided_at=Least("replied_at", "reply_due_at"), held_by=self._hands("replied_by", "reply_due_at")
            )
        )

    def solution_promised(self) -> Self:
        """Tickets with a promised solution; `decided_at` is when it came, or else was broken."""
        return (
            self.genuine()
            .filter(solve_due_at__isnull=False)
            .annotate(decided_at=Least("solved_at", "solve_due_at"), held_by=self._hands("solved_by", "solve_due_at"))
        )

    def _events(self) -> Any:
        related: Any = self.model._meta.get_field("events").related_model
        return related.objects.all()

    def _hands(self, done_by: str, due_at: str) -> Coalesce:
        """Who did it; where nobody did by then, who held the ticket when it was due."""
        by_then = {"kind": TicketEventKind.ASSIGNED, "at__lte": OuterRef(due_at)}
        given = self._events().filter(ticket=OuterRef("pk"), **by_then)
        holder = Subquery(given.order_by("-at", "-id").values("agent")[:1])
        return Coalesce(done_by, holder, "first_agent", output_field=BigIntegerField())


class InteractionQuerySet(RecordQuerySet):
    def with_handling(self) -> Self:
        """Each interaction with `handling`: the seconds of talk, hold and wrap-up together."""
        return self.annotate(handling=F("talk_seconds") + F("hold_seconds") + F("wrap_seconds"))

    def with_channel(self) -> Self:
        """Each interaction with the channel a ticket would call it: a call comes by phone."""
        by_phone = When(kind=InteractionKind.CALL, then=Value(TicketChannel.PHONE.value))
        return self.annotate(channel=Case(by_phone, default=F("kind"), output_field=CharField()))

    def handled(self) -> Self:
        return self.filter(was_abandoned=False)


class AppointmentQuerySet(RecordQuerySet):
    def held_open(self) -> Self:
        """Slots that were offered and not called off."""
        return self.exclude(status=AppointmentStatus.CANCELLED)

    def open_at(self, moment: datetime) -> Self:
        """Slots ahead that could be booked at a moment, as the calendar stood then."""
        free = Q(booked_at=None) | Q(booked_at__gt=moment)
        standing = ~Q(status=AppointmentStatus.CANCELLED) | Q(settled_at__gt=moment)
        return self.filter(free, standing, offered_at__lte=moment, starts_at__gt=moment)


class AccessSampleQuerySet(RecordQuerySet):
    def with_wait(self) -> Self:
        """Each sample with its day (`noted_on`), and its days as a length in seconds."""
        return self.annotate(noted_on=F("on"), wait=F("days") * 86_400)
