"""Questions about many customers, in the words of the trade."""

from typing import Self

from customers.record import RecordQuerySet


class CustomerQuerySet(RecordQuerySet):
    def real(self) -> Self:
        """Customers that count: not test records, not merged into another."""
        return self.filter(is_test=False, merged_into=None)


class ActivityQuerySet(RecordQuerySet):
    def waiting(self) -> Self:
        return self.filter(done_at=None, due_at__isnull=False)


class VisitQuerySet(RecordQuerySet):
    def human(self) -> Self:
        """Visits by people who agreed to be counted."""
        return self.filter(is_bot=False, has_consent=True)
