"""Questions about many answers, in the words of the trade: what a row is, spelled once."""

from typing import Self

from django.db.models import F, Q

from customers.record import RecordQuerySet
from surveys.choices import SurveyKind

SATISFIED = Q(score__gte=F("survey__satisfied_from"))
PROMOTER = Q(score__gte=F("survey__promoter_from"))
DETRACTOR = Q(score__lte=F("survey__detractor_to"))


class AnswerQuerySet(RecordQuerySet):
    def standing(self) -> Self:
        """Answers that count: not voided, not replaced by a later one."""
        return self.filter(voided_at=None, superseded_by=None)

    def csat(self) -> Self:
        return self.filter(survey__kind=SurveyKind.CSAT)

    def nps(self) -> Self:
        """Answers on the 0 to 10 scale; other scales are another number."""
        return self.filter(survey__kind=SurveyKind.NPS, survey__scale_min=0, survey__scale_max=10)


class InvitationQuerySet(RecordQuerySet):
    def delivered(self) -> Self:
        return self.filter(bounced_at=None)
