"""Forms of records whose saving is a verb."""

from typing import Any

from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest

from customers.desk import RecordAdmin
from customers.desk.opening import RehearsedForm


class VerbForm(RehearsedForm):
    """Saving this is a verb, for a new row and a changed one alike."""

    def add(self, row: Any, *, by: Any) -> Model:
        raise NotImplementedError

    def edit(self, row: Any, *, by: Any, **changes: Any) -> Model:
        raise NotImplementedError

    def rehearse(self, row: Model, said: dict[str, Any]) -> Model:
        if row.pk is None:
            return self.add(row, by=self.user)
        names = {field.name for field in row._meta.fields}
        changes = {name: said[name] for name in self.changed_data if name in names}
        return self.edit(row, by=self.user, **changes)


class VerbFormAdmin(RecordAdmin):
    """A page whose form saves through a verb."""

    def save_model(self, request: HttpRequest, obj: Model, form: Form, change: bool) -> None:
        form.rehearse(obj, form.cleaned_data)  # type: ignore[attr-defined]
        if change:
            obj.refresh_from_db()
