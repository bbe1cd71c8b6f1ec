"""What we ask customers, whom we asked, and what they said."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Contact, Customer, Team, User
from customers.record import Record
from sales.models import Order
from support.models import Appointment, Ticket
from surveys.choices import SurveyKind
from surveys.querysets import AnswerQuerySet, InvitationQuerySet
from surveys.words import USUAL, Words


class Survey(Record):
    """One question with a scale, and where on it satisfaction, promoters and detractors begin."""

    family = "surveys"
    owned_by = ""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=SurveyKind)
    question = models.CharField(max_length=300, blank=True)
    scale_min = models.SmallIntegerField(default=0)
    scale_max = models.SmallIntegerField(default=10)
    satisfied_from = models.SmallIntegerField(null=True, blank=True)
    promoter_from = models.SmallIntegerField(null=True, blank=True)
    detractor_to = models.SmallIntegerField(null=True, blank=True)
    is_relational = models.BooleanField(
        default=False, help_text="Asks about the whole relation, in waves; otherwise about one ticket or order."
    )
    index_weight = models.DecimalField(
        max_digits=6,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="How much it weighs in the satisfaction index, beside other surveys; empty: it is no part of it.",
    )
    answer_within = models.DurationField(default=timedelta(days=14))
    cool_down = models.DurationField(
        default=timedelta(days=7), help_text="How long a person is left in peace after any survey before this one."
    )
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        ordering = ["name"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(scale_max__gt=F("scale_min")),
                name="surveys_survey_scale_has_length",
                violation_error_message="The scale ends above its start.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[SurveyKind.CSAT, SurveyKind.PATIENT, SurveyKind.CES])
                | Q(satisfied_from__isnull=False),
                name="surveys_survey_says_who_is_satisfied",
                violation_error_message="Say from which score on somebody is satisfied.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SurveyKind.NPS)
                | Q(promoter_from__isnull=False, detractor_to__isnull=False, promoter_from__gt=F("detractor_to")),
                name="surveys_survey_says_who_promotes",
                violation_error_message="Say where promoters begin and detractors end.",
            ),
            models.CheckConstraint(
                condition=Q(index_weight=None) | Q(index_weight__gt=0),
                name="surveys_survey_weighs_something",
                violation_error_message="A weight is more than 0.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> Words:
        """What we ask, and what the ends of the scale mean."""
        usual = USUAL[SurveyKind(self.kind)]
        return usual._replace(question=self.question or usual.question)


class Invitation(Record):
    """A question sent to one person; its link works once. Only the digest of the token is kept."""

    family = "surveys"
    owned_by = "agent"

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="invitations")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="invitations")
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="invitations")
    order = models.ForeignKey(Order, models.SET_NULL, null=True, blank=True, related_name="invitations")
    appointment = models.ForeignKey(Appointment, models.SET_NULL, null=True, blank=True, related_name="invitations")
    agent = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Whose work is asked about."
    )
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    wave = models.CharField(max_length=40, blank=True, help_text="Which round of a relational survey.")
    token_digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    sent_at = models.DateTimeField(default=timezone.now)
    bounced_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-sent_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["survey", "ticket"],
                condition=Q(ticket__isnull=False),
                name="surveys_invitation_once_per_ticket",
                violation_error_message="This ticket was asked about already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} to {self.contact or self.customer or 'somebody'}"


class Answer(Record):
    """A score somebody gave, and their words. A later answer replaces it; a voided one counts nowhere."""

    family = "surveys"
    owned_by = "agent"

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    invitation = models.ForeignKey(Invitation, models.SET_NULL, null=True, blank=True, related_name="answers")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="answers")
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="answers")
    order = models.ForeignKey(Order, models.SET_NULL, null=True, blank=True, related_name="answers")
    appointment = models.ForeignKey(Appointment, models.SET_NULL, null=True, blank=True, related_name="answers")
    agent = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="answers", help_text="Who solved the ticket."
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=20, blank=True)
    wave = models.CharField(max_length=40, blank=True)
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    superseded_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaces")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar = AnswerQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-answered_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(invitation__isnull=False, superseded_by=None, voided_at=None),
                name="surveys_answer_one_standing_per_invitation",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | ~Q(superseded_by=F("id")),
                name="surveys_answer_not_its_own_successor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} on {self.survey}"

    @property
    def mood(self) -> str:
        """Glad, even or sad, by where satisfaction, promoters and detractors begin on this survey's scale."""
        survey = self.survey
        glad_from = survey.satisfied_from if survey.promoter_from is None else survey.promoter_from
        if glad_from is not None and self.score >= glad_from:
            return "glad"
        return "even" if survey.detractor_to is not None and self.score > survey.detractor_to else "sad"
