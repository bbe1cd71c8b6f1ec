"""Questions about many customers, in the words of the trade."""

from typing import Self

from django.db.models import BigIntegerField, Func, Q, Value
from django.db.models.functions import Lower

from customers.record import RecordQuerySet


class CustomerQuerySet(RecordQuerySet):
    def real(self) -> Self:
        """Customers that count: not test records, not merged into another."""
        return self.filter(is_test=False, merged_into=None)


class ActivityQuerySet(RecordQuerySet):
    def waiting(self) -> Self:
        return self.filter(done_at=None, due_at__isnull=False)


# What visitors do there is written in free words; these mean that they bought.
PURCHASE = Q(kind__iregex=r"^(purchase[ds]?|bought|order(ed)?|kauf)$")


class Fingerprint(Func):
    """A whole number that stands for some words: the same for the same."""

    template = "('x' || left(md5(concat_ws(chr(31), %(expressions)s)), 16))::bit(64)::bigint"
    output_field = BigIntegerField()


class VisitQuerySet(RecordQuerySet):
    def human(self) -> Self:
        """Visits by people who agreed to be counted."""
        return self.filter(is_bot=False, has_consent=True)

    def with_visitor(self) -> Self:
        """Each visit with `visitor`: a number for who came, whoever that is."""
        return self.annotate(visitor=Fingerprint("visitor_key"))


class EmailSubscriptionQuerySet(RecordQuerySet):
    def with_address(self) -> Self:
        """Each with `address`: a number for it on its list, in whatever case, and `one_more` and `one_less`."""
        address = Fingerprint(Lower("mailing_list"), Lower("email"))
        return self.annotate(address=address, one_more=Value(1), one_less=Value(-1))

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False)
