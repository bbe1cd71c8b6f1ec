"""Our own people, and the teams they work in."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from customers.record import Record, RecordQuerySet, Visible


class UserManager(BaseUserManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]  # read in a circle with User
    """Makes users, and asks the questions every record can be asked."""


class User(AbstractUser, Visible):
    """A person who signs in. Roles are groups; see `customers.access`."""

    family = "people"
    owned_by = ""

    objects: ClassVar = UserManager()

    _password: str | None  # as `set_password` was given it, until it is saved

    class Meta(AbstractUser.Meta):
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new password, or leaving, ends every key to the API that was handed out before."""
        ends_keys = self.pk is not None and (self._password is not None or not self.is_active)
        super().save(*args, **kwargs)
        if ends_keys:
            self.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Roles say who may what; Django's own tables of permissions say nothing here and are not asked."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(app_label)

    def team_mates(self) -> models.QuerySet["User"]:
        """The people whose work this person shares: the members of teams they are in or lead today, and themselves."""
        today = timezone.localdate()
        mine = Team.objects.filter(
            Q(lead=self) | Q(pk__in=TeamMembership.objects.on(today).filter(user=self).values("team"))
        )
        members = TeamMembership.objects.on(today).filter(team__in=mine).values("user")
        return User.objects.filter(Q(pk__in=members) | Q(pk=self.pk))


class Team(Record):
    """People who work under one lead."""

    family = "settings"
    owned_by = "lead"

    name = models.CharField(max_length=80, unique=True)
    office = models.CharField(max_length=80, blank=True, help_text="Regional office.")
    lead = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="leads_teams")

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TeamMembershipQuerySet(RecordQuerySet):
    def on(self, day: date) -> Self:
        """The memberships that hold on a day."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=day), joined_on__lte=day)

    def with_steps(self) -> Self:
        """Each time with `one_more` and `one_less`: what it adds to those in a team, and takes from them."""
        return self.annotate(one_more=Value(1), one_less=Value(-1))

    def ended(self) -> Self:
        return self.filter(left_on__isnull=False)


class DateRange(Func):
    """The half-open stretch of days between two dates."""

    function = "daterange"
    output_field = DateRangeField()


class TeamMembership(Visible):
    """One person's time in one team: from `joined_on`, up to but not including `left_on`."""

    family = "settings"
    owned_by = "user"

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    joined_on = models.DateField(default=timezone.localdate)
    left_on = models.DateField(null=True, blank=True)

    objects: ClassVar = TeamMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user", "joined_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=F("joined_on")),
                name="customers_membership_ends_after_start",
                violation_error_message="A person leaves a team after joining it.",
            ),
            # One team at a time, so that a breakdown by team adds up to the total.
            ExclusionConstraint(
                name="customers_membership_one_team_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        DateRange("joined_on", "left_on", RangeBoundary(inclusive_lower=True, inclusive_upper=False)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="This person is in another team during these days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
