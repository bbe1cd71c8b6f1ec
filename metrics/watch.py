"""Watching over the nights: how old the last good one is, what the audits found, and who is told when it is late."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from customers.choices import Role
from customers.models import User
from metrics.language import KPI
from metrics.models import Audit, Finding, Run

MAY_BE_OLD = timedelta(hours=26)
MAY_STILL_CURE = timedelta(hours=1)  # a run begun this lately is given time before anybody is alarmed
MOST = 5  # findings shown on a page
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Late:
    """No good run for too long: since which one, and why not."""

    since: Run
    hours: int
    why: str

    @property
    def words(self) -> str:
        return f"No night has been settled well for {self.hours} hours."


def last_good() -> Run | None:
    return Run.objects.filter(status=Run.Status.DONE).first()


def late(latest: Sequence[Run] = ()) -> Late | None:
    """Whether the last good run is too long ago; where there never was one, the first that was begun counts.

    It is looked up, unless it is among the latest runs given.
    """
    among = next((run for run in latest if run.status == Run.Status.DONE), None)
    since = among or last_good() or Run.objects.order_by("pk").first()
    if since is None:
        return None
    age = timezone.now() - (since.finished_at or since.started_at)
    if age <= MAY_BE_OLD:
        return None
    return Late(since, int(age.total_seconds() // 3600), _why_not(since))


def open_findings() -> int:
    """What the audit of the last finished run found and did not put right itself."""
    run = Run.objects.filter(status__in=[Run.Status.DONE, Run.Status.FAILED]).first()
    return Finding.objects.filter(run=run, is_repaired=False).count() if run else 0


def last_passed() -> Audit | None:
    """The last self-audit in which every number kept its promises."""
    return Audit.objects.filter(broken=0).order_by("-pk").first()


def findings_about(kpi: type[KPI]) -> list[Finding]:
    """What the latest self-audit found wrong with a KPI, or with what it counts."""
    latest = Audit.objects.order_by("-pk").first()
    if latest is None or not latest.broken:
        return []
    keys = [kpi.key, *(measure.key for measure in kpi.measures())]
    return list(Finding.objects.filter(run=latest.run_id, is_repaired=False, about__in=keys)[:MOST])


def raise_alarm() -> bool:
    """Tell the admins that the numbers are late; once, however often and by whomever this is asked."""
    found = late()
    if (
        found is None
        or Run.objects.filter(status=Run.Status.RUNNING, started_at__gt=timezone.now() - MAY_STILL_CURE).exists()
    ):
        return False
    try:
        return _say_once(found)
    except OSError:
        log.exception("The admins could not be told that the numbers are late; they will be")
        return False


@transaction.atomic
def _say_once(found: Late) -> bool:
    unsaid = Run.objects.select_for_update(skip_locked=True).filter(pk=found.since.pk, alarmed_at=None)
    if not unsaid:
        return False
    Run.objects.filter(pk=found.since.pk).update(alarmed_at=timezone.now())
    log.error("%s %s", found.words, found.why)
    _write_to_admins(found)
    return True


def _why_not(since: Run) -> str:
    """What became of the runs since."""
    run = Run.objects.filter(pk__gt=since.pk).first() or (since if since.status != Run.Status.DONE else None)
    if run is None:
        return "No run has begun since: the worker or its clock may have stopped."
    if run.status == Run.Status.RUNNING:
        done, steps = run.steps.exclude(state="pending").count(), run.steps.count()
        return f"Run {run.pk} has {done} of {steps} steps behind it."
    return f"Run {run.pk}: {run.error}"


def _write_to_admins(found: Late) -> None:
    if settings.DEMO:
        return  # invented people have no letter box
    admins = User.objects.filter(Q(groups__name=Role.ADMIN) | Q(is_superuser=True), is_active=True)
    addresses = sorted(set(admins.exclude(email="").values_list("email", flat=True)))
    last = timezone.localtime(found.since.finished_at or found.since.started_at)
    words = (
        f"{found.words} What people see is as of {last:%A} {last.day} {last:%B %Y, %H:%M}.\n\n{found.why}\n\n"
        f"What the runs did: {settings.SITE_URL}{reverse('admin:metrics_run_changelist')}\n"
        "This is said once; the pages and /readyz go on saying it until a run has done well.\n"
    )
    send_mail(f"{settings.COMPANY_NAME}: {found.words}", words, None, addresses)
