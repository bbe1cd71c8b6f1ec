"""Forms of records whose saving is a verb."""

import copy
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest

from customers.desk import RecordAdmin, RecordForm

# Where a verb's word stands in the form under another name.
NAMES = {"to": "stage", "at": "created_at"}


class VerbForm(RecordForm):
    """Saving this is a verb. It is rehearsed with what was typed, so that a refusal stands beside its field."""

    def add(self, row: Model, *, by: Any) -> Model:
        raise NotImplementedError

    def edit(self, row: Model, *, by: Any, **changes: Any) -> Model:
        raise NotImplementedError

    def carry_out(self, row: Model) -> Model:
        if row.pk is None:
            return self.add(row, by=self.user)
        names = {field.name for field in row._meta.fields}
        changes = {name: self.cleaned_data[name] for name in self.changed_data if name in names}
        return self.edit(row, by=self.user, **changes)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.carry_out(copy.copy(self.instance))
                transaction.set_rollback(True)
        except ValidationError as refusal:
            for name, refusals in refusal.update_error_dict({}).items():
                field = next((one for one in (name, NAMES.get(name)) if one in self.fields), None)
                self.add_error(None if name == NON_FIELD_ERRORS else field, refusals)


class VerbAdmin(RecordAdmin):
    """A page whose form saves through a verb."""

    def save_model(self, request: HttpRequest, obj: Model, form: Form, change: bool) -> None:
        form.carry_out(obj)  # type: ignore[attr-defined]
        if change:
            obj.refresh_from_db()
