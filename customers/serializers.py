"""Customer records to JSON and back."""

from typing import Any

from rest_framework import serializers

from customers.choices import EndReason, Lifecycle
from customers.doors import RecordSerializer, ScopedRelatedField, Words
from customers.models import (
    Activity,
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
from customers.services import create_customer

ORIGIN = ["source", "external_id"]


class PersonSerializer(RecordSerializer):
    """One of us, by name; to be pointed at."""

    name = serializers.CharField(source="get_full_name", read_only=True)

    class Meta:
        model = User
        fields = ["username", "name", "is_active"]
        read_only_fields = fields


class TagSerializer(RecordSerializer):
    class Meta:
        model = Tag
        fields = ["name"]


class TeamSerializer(RecordSerializer):
    class Meta:
        model = Team
        fields = ["name", "office", "lead", *ORIGIN]


class TeamMembershipSerializer(RecordSerializer):
    class Meta:
        model = TeamMembership
        fields = ["user", "team", "joined_on", "left_on"]


class CustomerSerializer(RecordSerializer):
    class Meta:
        model = Customer
        fields = [
            "kind",
            "name",
            "email",
            "phone",
            "website",
            "segment",
            "industry",
            "country",
            "region",
            "company_size",
            "birth_year",
            "gender",
            "acquisition_channel",
            "acquisition_campaign",
            "acquired_on",
            "owner",
            "lifecycle",
            "tags",
            "is_test",
            "merged_into",
            *ORIGIN,
        ]
        read_only_fields = ["lifecycle", "merged_into"]

    def create(self, validated_data: dict[str, Any]) -> Customer:
        tags = validated_data.pop("tags", [])
        customer = create_customer(Customer(**validated_data), by=self.context["request"].user)
        customer.tags.set(tags)
        return customer


class MergeWords(Words):
    """`absorbed` is merged into the customer of the address, and all that points at it comes along."""

    absorbed = ScopedRelatedField(queryset=Customer.objects.all())


class LifecycleWords(Words):
    to = serializers.ChoiceField(choices=Lifecycle.choices)
    at = serializers.DateTimeField(required=False)


class CorrectionWords(Words):
    """What was wrong all along: the history of the customer is mended, not continued."""

    segment = serializers.CharField(max_length=60, required=False, allow_blank=True)
    industry = serializers.CharField(max_length=80, required=False, allow_blank=True)
    country = serializers.CharField(max_length=2, required=False, allow_blank=True)
    region = serializers.CharField(max_length=80, required=False, allow_blank=True)


class ContactSerializer(RecordSerializer):
    class Meta:
        model = Contact
        fields = [
            "customer",
            "first_name",
            "last_name",
            "email",
            "phone",
            "job_title",
            "is_primary",
            "do_not_survey",
            *ORIGIN,
        ]


class ActivitySerializer(RecordSerializer):
    class Meta:
        model = Activity
        fields = [
            "customer",
            "contact",
            "owner",
            "kind",
            "subject",
            "body",
            "created_at",
            "due_at",
            "done_at",
            "duration",
            *ORIGIN,
        ]


class FinishWords(Words):
    at = serializers.DateTimeField(required=False)
    duration = serializers.DurationField(required=False)


class EmailSubscriptionSerializer(RecordSerializer):
    class Meta:
        model = EmailSubscription
        fields = [
            "customer",
            "email",
            "mailing_list",
            "campaign",
            "subscribed_at",
            "ended_at",
            "end_reason",
            *ORIGIN,
        ]


class EndEmailWords(Words):
    reason = serializers.ChoiceField(choices=EndReason.choices, default=EndReason.UNSUBSCRIBE)
    at = serializers.DateTimeField(required=False)


class VisitSerializer(RecordSerializer):
    class Meta:
        model = Visit
        fields = [
            "visitor_key",
            "session_key",
            "started_at",
            "channel",
            "campaign",
            "landing",
            "country",
            "device",
            "customer",
            "is_bot",
            "has_consent",
            *ORIGIN,
        ]


class KeyEventSerializer(RecordSerializer):
    class Meta:
        model = KeyEvent
        fields = ["visit", "kind", "at"]


class LifecycleEventSerializer(RecordSerializer):
    class Meta:
        model = LifecycleEvent
        fields = ["customer", "from_lifecycle", "to_lifecycle", "at", "by"]
        read_only_fields = fields
