"""What every record has: an identity other systems know, a version, and the one door people see it through."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from customers import access

_Row = TypeVar("_Row", bound="Visible", covariant=True)


class RecordQuerySet(models.QuerySet[_Row]):
    """Questions every kind of record can be asked."""

    def visible_to(self, user: Any) -> Self:
        """The rows this person may see; the only door to rows for a person."""
        return self.filter(access.rows(self.model, user, "view"))

    def changeable_by(self, user: Any) -> Self:
        return self.filter(access.rows(self.model, user, "change"))

    def deletable_by(self, user: Any) -> Self:
        return self.filter(access.rows(self.model, user, "delete"))

    def brought_together(self) -> None:
        """These rows belonged to several records that are one now; for most kinds nothing follows from that."""


class Visible(models.Model):
    """A row with a door: `family` names its line in the table of rights, `owned_by` the path to its owner."""

    family: ClassVar[str] = "customers"
    owned_by: ClassVar[str] = "owner"

    objects: ClassVar = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class Record(Visible):
    """A row people keep, and other systems may know."""

    source = models.CharField(max_length=40, blank=True, help_text="The system this record came from.")
    external_id = models.CharField(max_length=120, blank=True, help_text="Its id over there.")
    version = models.PositiveIntegerField(default=1, editable=False)
    added_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="%(app_label)s_%(class)s_known_once",
                violation_error_message="A record with this id from this source exists already.",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Every save is a new version, so that two people never overwrite each other unseen."""
        if not self._state.adding:
            self.version += 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "version", "changed_at"}
        super().save(*args, **kwargs)
