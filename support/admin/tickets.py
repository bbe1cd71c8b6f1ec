"""How staff see tickets: the conversation, what happened, and the verbs as buttons."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelChoiceField, Textarea
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from customers import access
from customers.desk import ActionForm, HistoryInline, RecordAdmin, verb_action
from customers.desk.opening import OpenedByVerb, RehearsedForm
from customers.desk.page import VerbPages, verb_page
from customers.models import User
from support import clocks, services
from support.choices import Priority, Status
from support.history import DONE
from support.models import Message, Ticket, TicketEvent

STATUS_COLOURS = {
    Status.NEW: "info",
    Status.OPEN: "primary",
    Status.WAITING: "warning",
    Status.SOLVED: "success",
    Status.CLOSED: "default",
}
PRIORITY_COLOURS = {Priority.URGENT: "danger", Priority.HIGH: "warning"}


class MessageInline(HistoryInline):
    model = Message
    hide_title = True
    fields = ["at", "author_kind", "author", "body", "is_public"]


class EventInline(HistoryInline):
    model = TicketEvent
    hide_title = True
    fields = ["at", "kind", "actor", "agent"]


class TicketForm(RehearsedForm):
    body = forms.CharField(
        label="What the customer said", required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 6})
    )


class ReplyForm(ActionForm):
    body = forms.CharField(label="Your reply", widget=Textarea(attrs={"rows": 8}))


class NoteForm(ActionForm):
    body = forms.CharField(label="Your note", widget=Textarea(attrs={"rows": 8}))


class CustomerReplyForm(ActionForm):
    body = forms.CharField(label="What the customer said", widget=Textarea(attrs={"rows": 8}))


class AssignForm(ActionForm):
    agent = ModelChoiceField(label="Give to", queryset=User.objects.filter(is_active=True))


class MergeForm(ActionForm):
    number = forms.IntegerField(
        label="Merge into ticket", min_value=1, help_text="The number at the end of its address."
    )


def merge_into(ticket: Ticket, *, number: int, by: User) -> Ticket:
    """Merge this ticket into another of those this person may change."""
    survivor = Ticket.objects.changeable_by(by).filter(pk=number).first()
    if survivor is None:
        raise ValidationError({"number": ValidationError("There is no such ticket of yours to change.", code="none")})
    return services.merge_tickets(survivor, absorbed=ticket, by=by)


def add_note(ticket: Ticket, *, body: str, by: User) -> Ticket:
    """Write a note among ourselves."""
    return services.reply_to_ticket(ticket, body=body, public=False, by=by)


@admin.register(Ticket)
class TicketAdmin(OpenedByVerb, VerbPages, RecordAdmin):
    """The queue and the ticket. Dates and status are set by the verbs."""

    form = TicketForm
    moment = "created_at"
    list_display = ["subject", "customer", "state", "urgency", "agent", "clock", "promised", "created_at"]
    list_filter = [
        "status",
        "priority",
        "agent",
        "team",
        "channel",
        "customer",
        "created_at",
        "solved_at",
        "was_escalated",
        "is_spam",
    ]
    search_fields = ["subject", "number"]
    list_select_related = ["customer", "agent"]
    inlines = [MessageInline, EventInline]
    derived = [
        "status",
        "clock",
        "promised",
        "replied_at",
        "replied_by",
        "first_solved_at",
        "solved_at",
        "solved_by",
        "closed_at",
        "reopened_count",
        "reply_count",
        "first_agent",
        "first_team",
        "was_escalated",
        "is_spam",
        "merged_into",
        "waited_on_customer",
        "waited_on_customer_business",
        "reply_delay_business",
        "first_resolution_business",
        "resolution_business",
    ]
    about = [("subject", "number"), ("customer", "contact"), ("channel", "priority"), ("product_line", "schedule")]
    actions = [
        verb_action("solve", "Solve", services.solve_ticket),
        verb_action("reopen", "Reopen", services.reopen_ticket),
        verb_action("close", "Close for good", services.close_ticket),
        verb_action("assign", "Give to somebody", services.assign_ticket, form=AssignForm),
        verb_action("escalate", "Escalate", services.escalate),
        verb_action("spam", "Mark as spam", services.mark_spam),
        verb_action("not_spam", "Not spam after all", services.mark_not_spam),
        verb_action("merge", "Merge into another ticket", merge_into, form=MergeForm),
    ]
    reply_here = verb_page("reply", "Reply", services.reply_to_ticket, form=ReplyForm, icon="reply")
    solve_here = verb_page("solve", "Solve", services.solve_ticket, icon="check")
    reopen_here = verb_page("reopen", "Reopen", services.reopen_ticket, icon="undo")
    assign_here = verb_page("assign", "Give to somebody", services.assign_ticket, form=AssignForm)
    note_here = verb_page("note", "Add a note", add_note, form=NoteForm)
    heard_here = verb_page("heard", "The customer said", services.customer_replies, form=CustomerReplyForm)
    wait_here = verb_page("wait", "Wait for the customer", services.wait_for_customer)
    escalate_here = verb_page("escalate", "Escalate", services.escalate)
    close_here = verb_page("close", "Close for good", services.close_ticket)
    spam_here = verb_page("spam", "Mark as spam", services.mark_spam)
    not_spam_here = verb_page("not_spam", "Not spam after all", services.mark_not_spam)
    merge_here = verb_page("merge", "Merge into another ticket", merge_into, form=MergeForm)
    everyday = ["reply_here", "solve_here", "reopen_here", "assign_here"]
    seldom = [
        "note_here",
        "heard_here",
        "wait_here",
        "escalate_here",
        "close_here",
        "spam_here",
        "not_spam_here",
        "merge_here",
    ]
    actions_detail = [*everyday, {"title": "More", "items": seldom}]

    def fits(self, row: Ticket, verb: str) -> bool:
        done, closed = row.status in DONE, row.status == Status.CLOSED
        useless = {
            "solve": done,
            "wait": done or row.status == Status.WAITING,
            "reopen": not done,
            "close": not done or closed,
            "heard": closed,
            "escalate": row.was_escalated,
            "spam": row.is_spam,
            "not_spam": not row.is_spam,
        }
        return row.merged_into_id is None and not useless.get(verb, False)

    def get_fieldsets(self, request: HttpRequest, obj: Ticket | None = None) -> Any:
        promises = ["reply_due_at", "solve_due_at"]
        if obj is None:
            return [(None, {"fields": [*self.about, "body", "agent", "created_at", *promises]})]
        return [
            (None, {"fields": [("status", "clock", "promised"), *self.about, ("agent", "team"), *promises]}),
            (
                "What happened when",
                {
                    "fields": [
                        ("created_at", "closed_at"),
                        ("replied_at", "replied_by"),
                        ("solved_at", "solved_by"),
                        ("first_solved_at", "reopened_count", "reply_count"),
                        ("first_agent", "first_team"),
                        ("reply_delay_business", "first_resolution_business", "resolution_business"),
                        ("waited_on_customer", "waited_on_customer_business"),
                        ("was_escalated", "is_spam", "merged_into"),
                        ("source", "external_id"),
                    ],
                    "classes": ["collapse"],
                },
            ),
        ]

    def get_inlines(self, request: HttpRequest, obj: Ticket | None = None) -> list[Any]:
        return self.inlines if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Ticket | None = None) -> list[str]:
        return [*self.derived, "agent", "team", "created_at"] if obj else []

    def choices(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(merged_into=None)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new ticket is nobody's yet, except for those who may only keep their own."""
        initial = super().get_changeform_initial_data(request)
        if access.reach(request.user, Ticket.family, "change") is access.ALL:
            initial.pop("agent", None)
        return initial

    def open(self, row: Ticket, said: dict[str, Any], *, by: User) -> Ticket:
        return services.open_ticket(row, body=said["body"], by=by)

    def save_model(self, request: HttpRequest, obj: Ticket, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            services.replay(obj)

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def state(self, ticket: Ticket) -> tuple[str, str]:
        return ticket.status, ticket.get_status_display()

    @display(description="Priority", ordering="priority", label=PRIORITY_COLOURS)
    def urgency(self, ticket: Ticket) -> tuple[str, str]:
        return ticket.priority, ticket.get_priority_display()

    @display(description="Clock")
    def clock(self, ticket: Ticket) -> str:
        return clocks.age(ticket)

    @display(description="Promised", ordering="reply_due_at")
    def promised(self, ticket: Ticket) -> str:
        return clocks.due(ticket) or "-"


@admin.register(TicketEvent)
class TicketEventAdmin(RecordAdmin):
    """Written by the verbs; to be read."""

    may_add = may_change = False
    list_display = ["ticket", "kind", "at", "actor"]
    list_filter = ["kind", "at", "actor"]
    search_fields = ["ticket__subject"]


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    """Written by replying; to be read."""

    may_add = may_change = False
    list_display = ["__str__", "ticket", "author_kind", "author", "is_public", "at"]
    list_filter = ["author_kind", "is_public", "at"]
    search_fields = ["body"]
