"""How staff see customers, and one another."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import ChoiceField, DateTimeField, Form, ModelChoiceField
from django.http import HttpRequest
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from customers import access, services, tokens
from customers.choices import EndReason, Lifecycle, Role
from customers.desk import ActionForm, HistoryInline, RecordAdmin, RowInline, verb_action
from customers.models import (
    Activity,
    ApiToken,
    Contact,
    Customer,
    EmailSubscription,
    KeyEvent,
    LifecycleEvent,
    Tag,
    Team,
    TeamMembership,
    User,
    Visit,
)

ORIGIN = ("Where it came from", {"fields": [("source", "external_id")], "classes": ["collapse"]})


class MembershipInline(RowInline):
    model = TeamMembership
    fields = ["user", "team", "joined_on", "left_on"]


@admin.register(User)
class PersonAdmin(UserAdmin, RecordAdmin):  # type: ignore[misc]  # Stubs of Django beside Unfold, which has none.
    """Everybody sees who works here; only administrators change it."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    change_form_before_template = None
    list_display = ["username", "name", "email", "roles", "is_active"]
    list_filter = ["is_active", "groups"]
    search_fields = ["username", "first_name", "last_name"]
    ordering = ["username"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": [("username", "email"), ("first_name", "last_name")]}),
        ("What they may do", {"fields": ["groups", ("is_active", "is_superuser"), "password"]}),
        ("When", {"fields": [("last_login", "date_joined")]}),
    ]
    directory = [(None, {"fields": [("username", "email"), ("first_name", "last_name"), "roles", "is_active"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            return self.directory
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*self.readonly_fields, "roles"]

    def choices(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(is_active=True)

    @display(description="Name", ordering="last_name")
    def name(self, person: User) -> str:
        return person.get_full_name()

    @display(description="Roles")
    def roles(self, person: User) -> str:
        labels = dict(Role.choices)
        return ", ".join(str(labels.get(group.name, group.name)) for group in person.groups.all()) or "-"


@admin.register(Tag)
class TagAdmin(RecordAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Team)
class TeamAdmin(RecordAdmin):
    list_display = ["name", "office", "lead"]
    list_filter = ["office", "lead"]
    search_fields = ["name", "office"]
    fieldsets = [(None, {"fields": [("name", "office"), "lead"]}), ORIGIN]
    inlines = [MembershipInline]


@admin.register(TeamMembership)
class TeamMembershipAdmin(RecordAdmin):
    list_display = ["user", "team", "joined_on", "left_on"]
    list_display_links = ["user"]
    list_filter = ["user", "team", "joined_on", "left_on"]
    search_fields = ["user__username", "user__last_name", "team__name"]
    fields = [("user", "team"), ("joined_on", "left_on")]


class ContactInline(RowInline):
    model = Contact
    fields = ["first_name", "last_name", "email", "phone", "job_title", "is_primary"]


class LifecycleInline(HistoryInline):
    model = LifecycleEvent
    fields = ["from_lifecycle", "to_lifecycle", "at", "by"]


class LifecycleForm(ActionForm):
    to = ChoiceField(label="New lifecycle", choices=Lifecycle.choices)
    at = DateTimeField(label="When", required=False, help_text="Now, if left empty.")


class MergeForm(ActionForm):
    survivor = ModelChoiceField(label="Merge them into", queryset=Customer.objects.filter(merged_into=None))


def merge_into(customer: Customer, *, survivor: Customer, by: User) -> Customer:
    """Merge the chosen customers into one."""
    if not access.within_reach(survivor, by, "change"):
        raise ValidationError("You may not change the customer to merge into.", code="not-yours")
    return services.merge_customers(survivor, customer, by=by)


@admin.register(Customer)
class CustomerAdmin(RecordAdmin):
    list_display = ["name", "kind", "lifecycle", "segment", "country", "owner", "acquired_on"]
    list_filter = ["owner", "lifecycle", "kind", "segment", "country", "acquired_on", "tags", "is_test"]
    search_fields = ["name", "email"]
    readonly_fields = ["lifecycle", "merged_into"]
    inlines = [ContactInline, LifecycleInline]
    actions = [
        verb_action("change_lifecycle", "Change the lifecycle", services.change_lifecycle, form=LifecycleForm),
        verb_action("merge", "Merge into another customer", merge_into, form=MergeForm),
    ]
    fieldsets = [
        (None, {"fields": [("name", "kind"), ("owner", "lifecycle"), ("email", "phone"), "website", "tags"]}),
        (
            "Described by",
            {
                "fields": [
                    ("segment", "industry"),
                    ("country", "region"),
                    ("company_size", "acquired_on"),
                    ("birth_year", "gender"),
                    ("acquisition_channel", "acquisition_campaign"),
                ]
            },
        ),
        ("Where it came from", {"fields": [("source", "external_id"), ("is_test", "merged_into")]}),
    ]

    def choices(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(merged_into=None)

    def save_model(self, request: HttpRequest, obj: Customer, form: Form, change: bool) -> None:
        if change:
            obj.save()
            return
        services.create_customer(obj, by=access.person(request))


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    list_display = ["__str__", "customer", "email", "phone", "is_primary"]
    list_filter = ["customer", "is_primary", "do_not_survey"]
    search_fields = ["last_name", "first_name", "email"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("first_name", "last_name"),
                    ("customer", "job_title"),
                    ("email", "phone"),
                    ("is_primary", "do_not_survey"),
                ]
            },
        ),
        ORIGIN,
    ]


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    list_display = ["subject", "kind", "customer", "owner", "due_at", "done_at"]
    list_filter = ["owner", "kind", "customer", "due_at", "done_at"]
    search_fields = ["subject"]
    actions = [verb_action("finish", "Mark as done", services.finish_activity)]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("subject", "kind"),
                    ("customer", "contact"),
                    ("owner", "duration"),
                    "body",
                    "created_at",
                    ("due_at", "done_at"),
                ]
            },
        ),
        ORIGIN,
    ]


class EndEmailForm(ActionForm):
    reason = ChoiceField(choices=EndReason.choices)


@admin.register(EmailSubscription)
class EmailSubscriptionAdmin(RecordAdmin):
    list_display = ["email", "mailing_list", "customer", "subscribed_at", "ended_at", "end_reason"]
    list_filter = ["mailing_list", "customer", "subscribed_at", "ended_at", "end_reason"]
    search_fields = ["email"]
    actions = [verb_action("end_email", "Take off the list", services.end_email, form=EndEmailForm)]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("email", "mailing_list"),
                    ("customer", "campaign"),
                    "subscribed_at",
                    ("ended_at", "end_reason"),
                ]
            },
        ),
        ORIGIN,
    ]


class KeyEventInline(RowInline):
    model = KeyEvent
    fields = ["kind", "at"]


@admin.register(Visit)
class VisitAdmin(RecordAdmin):
    list_display = ["visitor_key", "started_at", "channel", "campaign", "country", "device", "customer"]
    list_filter = ["started_at", "channel", "campaign", "device", "customer", "is_bot"]
    search_fields = ["visitor_key", "landing"]
    inlines = [KeyEventInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("visitor_key", "session_key"),
                    ("started_at", "customer"),
                    ("channel", "campaign"),
                    "landing",
                    ("country", "device"),
                    ("is_bot", "has_consent"),
                ]
            },
        ),
        ORIGIN,
    ]


@admin.register(KeyEvent)
class KeyEventAdmin(RecordAdmin):
    list_display = ["kind", "visit", "at"]
    list_filter = ["kind", "at"]
    search_fields = ["kind"]
    fields = ["visit", ("kind", "at")]


@admin.register(LifecycleEvent)
class LifecycleEventAdmin(RecordAdmin):
    """Written by the verbs; to be read."""

    may_add = may_change = False
    list_display = ["customer", "from_lifecycle", "to_lifecycle", "at", "by"]
    list_filter = ["customer", "to_lifecycle", "at"]
    search_fields = ["customer__name"]


@admin.register(ApiToken)
class ApiTokenAdmin(RecordAdmin):
    """Keys to the API: one's own, and for administrators everybody's. The secret is shown once."""

    list_display = ["name", "user", "prefix", "created_at", "expires_at", "revoked_at", "last_used_at"]
    list_filter = ["user", "expires_at", "revoked_at"]
    search_fields = ["name", "prefix"]
    fields = ["name", "user", "scopes", "expires_at"]
    may_change = False
    actions = ["revoke"]

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Form, change: bool) -> None:
        token, key = tokens.issue_token(obj.user, name=obj.name, scopes=obj.scopes, expires_at=obj.expires_at)
        obj.pk = token.pk
        self.message_user(request, f"Copy this key now; it is not shown again: {key}", messages.WARNING)

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet) -> None:
        ended = [
            tokens.revoke_token(token)
            for token in ApiToken.objects.changeable_by(request.user).filter(pk__in=queryset.values("pk"))
        ]
        self.message_user(request, f"Revoked: {len(ended)}.", messages.SUCCESS)
