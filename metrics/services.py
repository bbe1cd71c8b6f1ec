"""What people do about the numbers: lock the books up to a day, lift a lock, choose the boards that come first."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from customers.models import User
from metrics import calendar
from metrics.models import PackChoice, PeriodLock, Run
from metrics.packs import PACKS


@transaction.atomic
def lock_books(through: date, *, note: str = "", at: datetime | None = None, by: User | None = None) -> PeriodLock:
    """Close all days up to this one: what is published of them now is what was reported."""
    standing = PeriodLock.objects.select_for_update().standing().last()
    if standing and through <= standing.through:
        raise _refused(f"The books are locked up to {standing.through} already.", "already-locked")
    if through >= calendar.settled_until():
        raise _refused("Only days that a night has settled can be locked.", "not-settled")
    run = Run.objects.filter(status__in=(Run.Status.DONE, Run.Status.FAILED)).order_by("-pk").first()
    if run is None:
        raise _refused("No night has been counted yet.", "not-settled")
    return PeriodLock.objects.create(through=through, run=run, note=note, locked_at=at or timezone.now(), locked_by=by)


@transaction.atomic
def lift_lock(lock: PeriodLock, *, at: datetime | None = None, by: User | None = None) -> PeriodLock:
    """Open the books again back to the lock before. Only the last lock can be lifted; its row is kept."""
    last = PeriodLock.objects.select_for_update().standing().last()
    if lock.lifted_at or last is None:
        raise ValidationError("This lock was lifted before.", code="already-lifted")
    if last.pk != lock.pk:
        raise ValidationError(f"Lift the lock up to {last.through} first.", code="not-the-last")
    last.lifted_at, last.lifted_by = at or timezone.now(), by
    last.save(update_fields=["lifted_at", "lifted_by"])
    return last


def choose_pack(key: str, *, at: datetime | None = None, by: User | None = None) -> PackChoice:
    """Let the boards of one trade come first, for everybody."""
    if key not in PACKS:
        words = f"Choose one of {', '.join(PACKS)}."
        raise ValidationError({"pack": ValidationError(words, code="no-such-pack")})
    return PackChoice.objects.create(pack=key, chosen_at=at or timezone.now(), chosen_by=by)


def _refused(words: str, code: str) -> ValidationError:
    return ValidationError({"through": ValidationError(words, code=code)})
