"""How staff see surveys: what was asked, of whom, and what they said."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from unfold.decorators import display

from customers.desk import RecordAdmin, verb_action
from customers.desk.opening import OpenedByVerb
from customers.desk.page import VerbPages, verb_page
from surveys import services
from surveys.letter import link
from surveys.models import Answer, Invitation, Survey

MOOD_COLOURS = {"glad": "success", "even": "default", "sad": "danger"}


@admin.register(Survey)
class SurveyAdmin(RecordAdmin):
    list_display = ["name", "kind", "scale", "is_relational", "is_active"]
    list_filter = ["kind", "is_relational", "is_active"]
    search_fields = ["name", "question"]
    readonly_fields = ["distribution"]

    def get_fieldsets(self, request: HttpRequest, obj: Survey | None = None) -> Any:
        told = [("Scores given", {"fields": ["distribution"]})] if obj else []
        asked = [("name", "kind"), "question", ("is_relational", "is_active")]
        scale = [("scale_min", "scale_max"), "satisfied_from", ("promoter_from", "detractor_to"), "index_weight"]
        return [
            (None, {"fields": asked}),
            *told,
            ("The scale", {"fields": scale}),
            ("How often", {"fields": [("answer_within", "cool_down"), ("source", "external_id")]}),
        ]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        survey: Any = super().get_object(request, object_id, from_field)
        if survey:
            survey.reader = request.user
        return survey

    @display(description="Scale")
    def scale(self, survey: Survey) -> str:
        return f"{survey.scale_min} to {survey.scale_max}"

    @display(description="Answers that count")
    def distribution(self, survey: Any) -> str:
        """Of the answers this person may see."""
        seen = survey.answers.standing().visible_to(survey.reader)
        counts = dict(seen.order_by().values_list("score").annotate(times=Count("id")))
        scores = range(survey.scale_max, survey.scale_min - 1, -1)
        rows = [(score, counts.get(score, 0)) for score in scores if len(scores) <= 21 or score in counts]
        words = {"rows": rows, "total": sum(counts.values()), "most": max(counts.values(), default=0)}
        return render_to_string("surveys/distribution.html", words)


@admin.register(Invitation)
class InvitationAdmin(OpenedByVerb, VerbPages, RecordAdmin):
    """Making one shows its link, once."""

    list_display = ["survey", "contact", "customer", "ticket", "wave", "sent_at", "state"]
    list_filter = ["survey", "customer", "contact", "agent", "wave", "sent_at", "bounced_at"]
    search_fields = ["customer__name", "contact__last_name", "ticket__subject"]
    readonly_fields = ["agent", "invited_by", "sent_at", "bounced_at", "expires_at"]
    said = ("survey", "customer", "contact", "ticket", "order", "appointment", "wave")
    actions = [verb_action("bounce", "It never arrived", services.bounce_invitation)]
    bounce_here = verb_page("bounce", "It never arrived", services.bounce_invitation)
    actions_detail = ["bounce_here"]

    def fits(self, row: Invitation, verb: str) -> bool:
        return row.bounced_at is None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super().get_queryset(request).annotate(answered=Exists(Answer.objects.filter(invitation=OuterRef("pk"))))
        )

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> list[Any]:
        whom = ["survey", ("contact", "customer"), ("ticket", "order", "appointment"), "wave"]
        return [*whom, ("sent_at", "expires_at", "bounced_at"), ("invited_by", "agent")] if obj else whom

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> list[str]:
        asked = ["survey", "contact", "customer", "ticket", "order", "appointment", "wave"]
        return [*self.readonly_fields, *(asked if obj else [])]

    def open(self, row: Invitation, said: dict[str, Any], *, by: Any) -> Invitation:
        invitation, token = services.invite(by=by, **{name: said[name] for name in self.said})
        invitation.link = link(token)  # type: ignore[attr-defined]
        return invitation

    def save_model(self, request: HttpRequest, obj: Invitation, form: ModelForm, change: bool) -> None:
        if change:
            return
        made = self.open(obj, form.cleaned_data, by=request.user)
        obj.pk = made.pk
        words = f"Send this link; it is not shown again: {made.link}"  # type: ignore[attr-defined]
        self.message_user(request, words, messages.WARNING)

    @display(description="State", label={"Answered": "success", "Bounced": "danger", "Sent": "info"})
    def state(self, invitation: Invitation) -> str:
        if invitation.answered:  # type: ignore[attr-defined]
            return "Answered"
        return "Bounced" if invitation.bounced_at else "Sent"


@admin.register(Answer)
class AnswerAdmin(OpenedByVerb, VerbPages, RecordAdmin):
    """Answers are recorded and voided, never rewritten."""

    list_display = ["chip", "survey", "words", "customer", "agent", "counts", "answered_at"]
    list_filter = ["survey", "score", "agent", "team", "channel", "wave", "customer", "answered_at", "voided_at"]
    search_fields = ["comment", "customer__name"]
    list_select_related = ["survey", "customer", "agent"]
    actions = [verb_action("void", "Void", services.void_answer)]
    void_here = verb_page("void", "Void", services.void_answer, icon="block")
    actions_detail = ["void_here"]
    moment = "answered_at"
    said = ("score", "comment", "customer", "ticket", "appointment", "agent", "channel", "wave")
    about = ("customer", "ticket", "appointment")
    given = [("survey", "score"), "comment", about, ("agent", "channel"), "wave", "answered_at"]
    after = [("invitation", "team"), ("superseded_by", "voided_at", "voided_by"), ("source", "external_id")]

    def fits(self, row: Answer, verb: str) -> bool:
        return row.voided_at is None

    def get_fields(self, request: HttpRequest, obj: Answer | None = None) -> list[Any]:
        return [*self.given, *self.after] if obj else self.given

    def get_readonly_fields(self, request: HttpRequest, obj: Answer | None = None) -> list[str]:
        if obj is None:
            return []
        return [field.name for field in Answer._meta.fields if field.editable and not field.primary_key]

    def open(self, row: Answer, said: dict[str, Any], *, by: Any) -> Answer:
        return services.record_answer(row.survey, at=row.answered_at, **{name: said[name] for name in self.said})

    def save_model(self, request: HttpRequest, obj: Answer, form: ModelForm, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)

    @display(description="Score", ordering="score", label=MOOD_COLOURS)
    def chip(self, answer: Answer) -> tuple[str, str]:
        return answer.mood, str(answer.score)

    @display(description="Comment")
    def words(self, answer: Answer) -> str:
        return answer.comment if len(answer.comment) <= 80 else f"{answer.comment[:79]}…"

    @display(description="Counts", boolean=True)
    def counts(self, answer: Answer) -> bool:
        return answer.voided_at is None and answer.superseded_by_id is None
