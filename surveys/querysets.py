"""Questions about many answers, in the words of the trade: what a row is, spelled once."""

from itertools import groupby
from typing import Any, Self

from django.db.models import BigIntegerField, DecimalField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Round

from customers.record import RecordQuerySet
from sales.models import SubscriptionEvent
from surveys.choices import SurveyKind

SATISFIED = Q(score__gte=F("survey__satisfied_from"))
PROMOTER = Q(score__gte=F("survey__promoter_from"))
DETRACTOR = Q(score__lte=F("survey__detractor_to"))

ANSWERED_IN_TIME = Q(first_answered_at__lt=F("sent_at") + F("survey__answer_within"))
ABOUT_ONE_THING = Q(ticket__isnull=False) | Q(order__isnull=False) | Q(appointment__isnull=False)
FINE = 1_000_000  # a point of the satisfaction index, in whole numbers


class AnswerQuerySet(RecordQuerySet):
    def standing(self) -> Self:
        """Answers that count: not voided, not replaced by a later one."""
        return self.filter(voided_at=None, superseded_by=None)

    def brought_together(self) -> None:
        """Of one customer's answers in one wave of a relational survey, only the last counts."""
        answers = self.standing().filter(survey__is_relational=True, customer__isnull=False).exclude(wave="")
        in_order: Any = answers.order_by("survey", "customer", "wave", "answered_at", "id")
        for _, wave in groupby(in_order, key=lambda answer: (answer.survey_id, answer.customer_id, answer.wave)):
            *earlier, last = wave
            for answer in earlier:
                answer.superseded_by = last
                answer.save()

    def csat(self) -> Self:
        return self.filter(survey__kind=SurveyKind.CSAT)

    def nps(self) -> Self:
        """Answers on the 0 to 10 scale; other scales are another number."""
        return self.filter(survey__kind=SurveyKind.NPS, survey__scale_min=0, survey__scale_max=10)

    def nps_of_five(self) -> Self:
        """Answers on the 1 to 5 scale to how likely somebody is to recommend us."""
        return self.filter(survey__kind=SurveyKind.NPS, survey__scale_min=1, survey__scale_max=5)

    def about_the_relation(self) -> Self:
        """Answers about us as a whole: of a survey that asks so, or about no ticket, order or visit."""
        return self.filter(Q(survey__is_relational=True) | ~ABOUT_ONE_THING)

    def about_one_thing(self) -> Self:
        """Answers about one ticket, order or visit."""
        return self.filter(ABOUT_ONE_THING, survey__is_relational=False)

    def patients(self) -> Self:
        return self.filter(survey__kind=SurveyKind.PATIENT)

    def weighed(self) -> Self:
        """Answers that are part of the satisfaction index, with their weight and what they add to it."""
        share = F("score") - F("survey__scale_min")
        scale = F("survey__scale_max") - F("survey__scale_min")
        exact = DecimalField(max_digits=30, decimal_places=12)
        weight = F("survey__index_weight") * FINE
        points = Cast(weight, exact) * Cast(share, exact) / Cast(scale, exact)
        return self.filter(survey__index_weight__isnull=False).annotate(
            weight=Cast(Round(weight), BigIntegerField()),
            points=Cast(Round(points, output_field=exact), BigIntegerField()),
        )

    def with_plan(self) -> Self:
        """Each answer with the plan its customer subscribed to when they gave it: the dearest of several."""
        until = SubscriptionEvent.objects.filter(at__lte=OuterRef("answered_at"))
        later = SubscriptionEvent.objects.filter(
            subscription=OuterRef("subscription"), at__lte=OuterRef(OuterRef("answered_at"))
        ).filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id")))
        standing = until.filter(~Exists(later), subscription__customer=OuterRef("customer"), mrr__gt=0)
        plan = Coalesce("plan", "subscription__plan")
        return self.annotate(plan_then=Subquery(standing.order_by("-mrr", "id").values_list(plan)[:1]))


class InvitationQuerySet(RecordQuerySet):
    def delivered(self) -> Self:
        return self.filter(bounced_at=None)

    def with_first_answer(self) -> Self:
        """Each invitation with the moment of its first answer that was not taken back."""
        answers: Any = self.model._meta.get_field("answers").related_model
        given = answers.objects.filter(Q(voided_at=None) | Q(superseded_by__isnull=False), invitation=OuterRef("pk"))
        first = Subquery(given.order_by("answered_at").values("answered_at")[:1])
        return self.annotate(first_answered_at=first)
