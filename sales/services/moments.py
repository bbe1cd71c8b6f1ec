"""When a thing happened: now, or the moment we are told, as long as it makes sense."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format


def moment(at: datetime | None, *, since: datetime | None = None, field: str = "at") -> datetime:
    """The moment told, or now: never in the future, never before the record began."""
    now = timezone.now()
    at = at or now
    if at > now:
        raise refuse(field, "This is in the future.", "in-the-future")
    if since and at < since:
        raise refuse(field, f"It began on {spoken(since)}; this is before that.", "too-early")
    return at


def spoken(at: datetime) -> str:
    """A moment as people say it, in the business time zone."""
    return date_format(timezone.localtime(at), "j M Y, H:i")


def refuse(field: str, said: str, code: str) -> ValidationError:
    """A refusal that names the field to look at; raise what it returns."""
    return ValidationError({field: ValidationError(said, code=code)})
