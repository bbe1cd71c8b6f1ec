"""Is the house alive, and is it ready for guests: two addresses for whoever watches it, and a page for people."""

from collections.abc import Callable

from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from metrics import watch
from metrics.admin import looks_after
from metrics.models import Change, Run

ALARM_EVERY = 300  # seconds between two looks whether people have to be told


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


def health(request: HttpRequest) -> HttpResponse:
    """The same for those who look after the numbers, in a few words more."""
    if not looks_after(request):
        raise PermissionDenied
    good = watch.last_good()
    figures = {
        "Last good run": f"Run {good.pk}, through {good.through.day} {good.through:%B %Y}" if good else "None yet",
        "Runs at work": f"{Run.objects.filter(status=Run.Status.RUNNING).count():,}",
        "Changes waiting for the next night": f"{Change.objects.count():,}",
        "Open findings of the audit": f"{watch.open_findings():,}",
    }
    parts = [(name.capitalize(), word, word == "ok") for name, check in CHECKS.items() for word in [_say(check)]]
    context = {**admin.site.each_context(request), "title": "Health", "parts": parts, "figures": figures}
    return TemplateResponse(request, "admin/health.html", context)


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
    late = watch.late()
    if late is not None:
        _tell_people()
        return f"{late.words} {late.why}"
    return "ok" if watch.last_good() else "no run has finished yet"


def _tell_people() -> None:
    """The worker, who would tell them, may be what is ill."""
    if cache.add("alarm", "looked", ALARM_EVERY):
        watch.raise_alarm()


def _audit() -> str:
    """What the audit of the last run left open."""
    findings = watch.open_findings()
    return f"{findings:,} findings" if findings else "ok"


def _say(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as trouble:
        return f"failed: {type(trouble).__name__}"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "broker": _broker,
    "cache": _cache,
    "night": _night,
    "audit": _audit,
}
