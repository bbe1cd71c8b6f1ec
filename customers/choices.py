"""The words a customer record may hold."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person does here; a user may have several, and rights add up."""

    REP = "rep", "Sales rep"
    AGENT = "agent", "Support agent"
    LEAD = "lead", "Team lead"
    MARKETER = "marketer", "Marketer"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Administrator"


class CustomerKind(TextChoices):
    COMPANY = "company", "Company"
    PERSON = "person", "Person"


class CompanySize(TextChoices):
    SOLO = "1", "1 person"
    MICRO = "2-10", "2 to 10 people"
    SMALL = "11-50", "11 to 50 people"
    MEDIUM = "51-250", "51 to 250 people"
    LARGE = "251-1000", "251 to 1,000 people"
    HUGE = "1001+", "More than 1,000 people"


class Gender(TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    DIVERSE = "diverse", "Diverse"


class Channel(TextChoices):
    """How somebody reached us, or we them."""

    ORGANIC = "organic", "Organic search"
    PAID = "paid", "Paid advertising"
    SOCIAL = "social", "Social media"
    EMAIL = "email", "E-mail"
    REFERRAL = "referral", "Referral"
    PARTNER = "partner", "Partner"
    EVENT = "event", "Event"
    DIRECT = "direct", "Direct"
    OUTBOUND = "outbound", "Outbound sales"
    WEB = "web", "Website"
    PHONE = "phone", "Phone"
    CHAT = "chat", "Chat"
    STORE = "store", "Store"
    OTHER = "other", "Other"


class Lifecycle(TextChoices):
    PROSPECT = "prospect", "Prospect"
    CUSTOMER = "customer", "Customer"
    FORMER = "former", "Former customer"


class ActivityKind(TextChoices):
    NOTE = "note", "Note"
    CALL = "call", "Call"
    MEETING = "meeting", "Meeting"
    TASK = "task", "Task"
    EMAIL = "email", "E-mail"


class EndReason(TextChoices):
    """Why an address left a mailing list."""

    UNSUBSCRIBE = "unsubscribe", "Unsubscribed"
    HARD_BOUNCE = "hard_bounce", "Hard bounce"
    COMPLAINT = "complaint", "Spam complaint"


class Device(TextChoices):
    DESKTOP = "desktop", "Desktop"
    MOBILE = "mobile", "Mobile"
    TABLET = "tablet", "Tablet"
