"""What goes when a record goes, told apart by what this person may see and delete."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.db.models import Model


class Removal:
    """The rows that would go with these, for one person: `shown` they may see, `hidden` stand for a refusal."""

    def __init__(self, rows: Sequence[Model], user: Any) -> None:
        self.user = user
        model = type(rows[0]) if rows else None
        collector = NestedObjects(using=router.db_for_write(model) if model else "default", origin=rows)
        collector.collect(rows)
        self.shown: dict[type[Model], list[Model]] = {}
        self.hidden = 0
        models: dict[Any, set[Any]] = collector.model_objs
        for kind, found in models.items():
            self._sort(kind, [*found])
        self.protected = [row for row in collector.protected if self._may(type(row), [row], "visible_to")]
        self.protected_unseen = len(collector.protected) - len(self.protected)

    def _sort(self, kind: type[Model], rows: list[Model]) -> None:
        if not hasattr(kind, "family"):  # not a record: a version of a customer, a tag's link
            return
        mine = self._may(kind, rows, "deletable_by")
        self.hidden += len(rows) - len(mine)
        self.shown.setdefault(kind, []).extend(mine)

    def _may(self, kind: type[Model], rows: list[Model], word: str) -> list[Model]:
        if not hasattr(kind, "family"):
            return []
        allowed = getattr(kind._default_manager.all(), word)(self.user).filter(pk__in=[row.pk for row in rows])
        pks = {*allowed.values_list("pk", flat=True)}
        return [row for row in rows if row.pk in pks]
