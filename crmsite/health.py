"""Is the house alive, and is it ready for guests: two addresses for whoever watches it."""

from collections.abc import Callable
from datetime import timedelta

from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import FieldError
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

NIGHT_MAY_BE_OLD = timedelta(hours=26)


@require_safe
@never_cache
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503; the answer says of each part `ok` or what is wrong with it."""
    parts = {name: _say(check) for name, check in CHECKS.items()}
    ready = all(word == "ok" for word in parts.values())
    answer = JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # The watcher knows; the log need not fill with it.
    return answer


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    from crmsite.celery import app

    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
        broker.default_channel.client.ping()  # type: ignore[attr-defined]
    return "ok"


def _cache() -> str:
    cache.get("readyz")
    return "ok"


def _night() -> str:
    """When did the numbers last move? A night that never came is a fault like any other."""
    try:
        runs = apps.get_model("metrics", "Run").objects.filter(status="done", kind__in=["nightly", "rebuild"])
        last = runs.order_by("-finished_at").values_list("finished_at", flat=True).first()
    except (LookupError, FieldError, DatabaseError):
        return "unknown"
    if last is None:
        return "no run has finished yet"
    age = timezone.now() - last
    return "ok" if age <= NIGHT_MAY_BE_OLD else f"last finished {int(age.total_seconds() // 3600)} hours ago"


def _say(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as trouble:
        return f"failed: {type(trouble).__name__}"


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "broker": _broker, "cache": _cache, "night": _night}
