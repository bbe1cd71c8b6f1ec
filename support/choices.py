"""The words a support record may hold."""

from django.db.models import IntegerChoices, TextChoices


class TicketChannel(TextChoices):
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    CHAT = "chat", "Chat"
    WEB = "web", "Website"
    SOCIAL = "social", "Social media"
    OTHER = "other", "Other"


class Priority(TextChoices):
    LOW = "low", "Low"
    NORMAL = "normal", "Normal"
    HIGH = "high", "High"
    URGENT = "urgent", "Urgent"


class Status(TextChoices):
    NEW = "new", "New"
    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting for the customer"
    SOLVED = "solved", "Solved"
    CLOSED = "closed", "Closed"


class TicketEventKind(TextChoices):
    CREATED = "created", "Created"
    AGENT_REPLY = "agent_reply", "Agent replied"
    BOT_REPLY = "bot_reply", "Bot replied"
    CUSTOMER_REPLY = "customer_reply", "Customer replied"
    ASSIGNED = "assigned", "Assigned"
    SOLVED = "solved", "Solved"
    REOPENED = "reopened", "Reopened"
    CLOSED = "closed", "Closed"
    NOTE = "note", "Note added"
    WAITING = "waiting", "Waiting for the customer"
    ESCALATED = "escalated", "Escalated"
    SPAM = "spam", "Marked as spam"
    NOT_SPAM = "not_spam", "Not spam after all"
    MERGED = "merged", "Merged into another ticket"


class Author(TextChoices):
    CUSTOMER = "customer", "Customer"
    AGENT = "agent", "Agent"
    BOT = "bot", "Bot"


class InteractionKind(TextChoices):
    CALL = "call", "Call"
    CHAT = "chat", "Chat"
    EMAIL = "email", "E-mail"


class Purpose(TextChoices):
    SUPPORT = "support", "Support"
    SALES = "sales", "Sales"


class Weekday(IntegerChoices):
    MONDAY = 1, "Monday"
    TUESDAY = 2, "Tuesday"
    WEDNESDAY = 3, "Wednesday"
    THURSDAY = 4, "Thursday"
    FRIDAY = 5, "Friday"
    SATURDAY = 6, "Saturday"
    SUNDAY = 7, "Sunday"


class AppointmentStatus(TextChoices):
    OFFERED = "offered", "Open slot"
    BOOKED = "booked", "Booked"
    ATTENDED = "attended", "Attended"
    NO_SHOW = "no_show", "No-show"
    CANCELLED = "cancelled", "Cancelled"
