"""Who we deal with, and who we are."""

from customers.models.activity import Activity
from customers.models.contact import Contact, EmailSubscription
from customers.models.customer import Customer, CustomerVersion, LifecycleEvent, Tag
from customers.models.token import ApiToken
from customers.models.user import Team, TeamMembership, User
from customers.models.visit import KeyEvent, Visit

__all__ = [
    "Activity",
    "ApiToken",
    "Contact",
    "Customer",
    "CustomerVersion",
    "EmailSubscription",
    "KeyEvent",
    "LifecycleEvent",
    "Tag",
    "Team",
    "TeamMembership",
    "User",
    "Visit",
]
