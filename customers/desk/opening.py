"""New rows that a verb makes: what the verb refuses is said in the form, and the words typed stay."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from customers.desk.form import RecordForm


class RehearsedForm(RecordForm):
    """Tries the verb and undoes it, so that its refusals come while the form can still show them."""

    rehearse: Callable[..., Any] | None = None
    moment = "at"

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.rehearse is None or self.errors:
            return
        try:
            with transaction.atomic():
                self.rehearse(copy.copy(self.instance), self.cleaned_data)
                transaction.set_rollback(True)
        except ValidationError as refusal:
            for field, errors in refusal.update_error_dict({}).items():
                name = self.moment if field == "at" else field
                self.add_error(name if name in self.fields else None, errors)


class OpenedByVerb:
    """Mixed into a `RecordAdmin`: `open` makes a new row; `moment` is the field that says when it happened."""

    form = RehearsedForm
    moment = "at"

    def open(self, row: Any, said: dict[str, Any], *, by: Any) -> Any:
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        form.rehearse = None if change else partial(self.open, by=request.user)
        form.moment = self.moment
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        if change:
            obj.save()
            return
        made = self.open(obj, form.cleaned_data, by=request.user)
        obj.pk, obj._state.adding = made.pk, False
