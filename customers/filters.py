"""What lists of customer records can be asked."""

from customers.doors import RecordFilter, operators
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


class PersonFilter(RecordFilter):
    searched = ("username", "first_name", "last_name")

    class Meta(RecordFilter.Meta):
        model = User
        fields = operators(User, "username", "is_active")


class TagFilter(RecordFilter):
    searched = ("name",)

    class Meta(RecordFilter.Meta):
        model = Tag
        fields = operators(Tag, "name")


class TeamFilter(RecordFilter):
    searched = ("name", "office")

    class Meta(RecordFilter.Meta):
        model = Team
        fields = operators(Team, "name", "office", "lead")


class TeamMembershipFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = TeamMembership
        fields = operators(TeamMembership, "user", "team", "joined_on", "left_on")


class CustomerFilter(RecordFilter):
    searched = ("name", "email")

    class Meta(RecordFilter.Meta):
        model = Customer
        fields = operators(
            Customer,
            "kind",
            "name",
            "email",
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
        )


class ContactFilter(RecordFilter):
    searched = ("first_name", "last_name", "email")

    class Meta(RecordFilter.Meta):
        model = Contact
        fields = operators(Contact, "customer", "email", "is_primary", "do_not_survey")


class ActivityFilter(RecordFilter):
    searched = ("subject",)

    class Meta(RecordFilter.Meta):
        model = Activity
        fields = operators(Activity, "customer", "contact", "owner", "kind", "created_at", "due_at", "done_at")


class EmailSubscriptionFilter(RecordFilter):
    searched = ("email",)

    class Meta(RecordFilter.Meta):
        model = EmailSubscription
        fields = operators(
            EmailSubscription,
            "customer",
            "email",
            "mailing_list",
            "campaign",
            "subscribed_at",
            "ended_at",
            "end_reason",
        )


class VisitFilter(RecordFilter):
    searched = ("visitor_key", "landing")

    class Meta(RecordFilter.Meta):
        model = Visit
        fields = operators(
            Visit,
            "visitor_key",
            "session_key",
            "started_at",
            "channel",
            "campaign",
            "country",
            "device",
            "customer",
            "is_bot",
            "has_consent",
        )


class KeyEventFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = KeyEvent
        fields = operators(KeyEvent, "visit", "kind", "at")


class LifecycleEventFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = LifecycleEvent
        fields = operators(LifecycleEvent, "customer", "from_lifecycle", "to_lifecycle", "at", "by")
