"""How the API says no: one shape (RFC 9457), the status that fits, and the field it is about."""

from typing import Any

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as ModelRefusal
from django.db import DataError, IntegrityError
from django.db.models import Model, ProtectedError, RestrictedError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from customers.patience import ASK_AGAIN_AFTER, SAID, was_cut_off

MEDIA_TYPE = "application/problem+json"


class Conflict(exceptions.APIException):
    status_code = 409
    default_detail = "Something else stands in the way."
    default_code = "conflict"


class Stale(exceptions.APIException):
    """The record has moved on since it was read."""

    status_code = 412
    default_detail = "Somebody changed this record meanwhile. Read it again."
    default_code = "stale"


class TooLong(exceptions.APIException):
    """The database stopped counting; `wait` becomes the header Retry-After."""

    status_code = 503
    default_detail = SAID
    default_code = "too-long"
    wait = ASK_AGAIN_AFTER


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to anything that was refused; what nobody foresaw stays a 500."""
    exc = _said_by_the_api(exc)
    response = exception_handler(exc, context)
    if response is None:
        return None
    errors = list(_errors(exc.get_full_details())) if isinstance(exc, exceptions.ValidationError) else []
    first = errors[0] if errors else None
    detail = getattr(exc, "detail", None)
    response.data = {
        "type": "about:blank",
        "title": first["message"] if first else str(detail or response.status_text),
        "status": response.status_code,
        "code": first["code"] if first else getattr(detail, "code", "not-found").replace("_", "-"),
        "errors": errors,
    }
    response.content_type = MEDIA_TYPE
    return response


def _said_by_the_api(exc: Exception) -> Exception:
    """What the models and the database refuse, in the API's own exceptions."""
    if isinstance(exc, ModelRefusal):
        return exceptions.ValidationError(by_field(exc))
    if isinstance(exc, ProtectedError | RestrictedError):
        return Conflict("Other records still refer to this one.", code="in-use")
    if isinstance(exc, IntegrityError):
        return _constraint(exc)
    if was_cut_off(exc):
        return TooLong()
    if isinstance(exc, DataError):
        return exceptions.ValidationError("A value does not fit its field.", code="out-of-range")
    return exc


def by_field(refusal: ModelRefusal) -> dict[str, list[exceptions.ErrorDetail]]:
    """A model's refusal with the codes kept."""
    parts = refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
    return {
        "non_field_errors" if name == NON_FIELD_ERRORS else name: [
            exceptions.ErrorDetail(message, code=one.code or "invalid") for one in refusals for message in one.messages
        ]
        for name, refusals in parts.items()
    }


def _constraint(exc: IntegrityError) -> exceptions.APIException:
    """A promise of the database was about to be broken; by its name we know which."""
    name = getattr(getattr(exc.__cause__, "diag", None), "constraint_name", None) or ""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return exceptions.ValidationError(
                    {field_of(constraint): [exceptions.ErrorDetail(message_of(constraint, model), code=name)]}
                )
    return Conflict("Another record stands in the way of this one.", code=name or "conflict")


def field_of(constraint: Any, among: Any = ()) -> str:
    """The field a constraint is said to be about: the first that was sent, else its first."""
    if condition := getattr(constraint, "condition", None):
        names = [*getattr(constraint, "fields", ()), *sorted(condition.referenced_base_fields)]
    else:
        names = [*getattr(constraint, "fields", ())]
    sent = [name for name in names if name in among]
    return (sent or names or ["non_field_errors"])[0]


def message_of(constraint: Any, model: type[Model]) -> str:
    if constraint.violation_error_message != constraint.default_violation_error_message:
        return str(constraint.violation_error_message)
    if fields := getattr(constraint, "fields", ()):
        words = " and ".join(str(getattr(model._meta.get_field(name), "verbose_name", name)) for name in fields)
        return f"Another {model._meta.verbose_name} has this {words} already."
    return "These values do not go together."


def _errors(details: Any, field: str = "") -> Any:
    """Nested details as a flat list of field, code and message."""
    if isinstance(details, dict) and isinstance(details.get("message"), str) and "code" in details:
        code = str(details["code"]).replace("_", "-")
        yield {"field": field or "non_field_errors", "code": code, "message": details["message"]}
        return
    pairs = details.items() if isinstance(details, dict) else enumerate(details)
    for name, inner in pairs:
        keep = isinstance(details, list) and not (isinstance(inner, dict) and "message" not in inner)
        yield from _errors(inner, field if keep else f"{field}.{name}".lstrip("."))
