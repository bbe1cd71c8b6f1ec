"""The form of a record: its words pass the gate, it points only at what may be seen, and overwrites nobody unseen."""

from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format

from customers import access
from customers.edge import EdgeForm


class RecordForm(EdgeForm, forms.ModelForm):
    """Base of every form of the staff pages; `RecordAdmin` tells it who is asking."""

    user: Any = None

    record_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["record_version"] = getattr(self.instance, "version", None) if self.instance.pk else None
        for name, field in self.fields.items():
            standing = getattr(self.instance, f"{name}_id", None) if self.instance.pk else None
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None and standing is not None:
                # What a record points at already it may go on pointing at.
                field.queryset = field.queryset | field.queryset.model._default_manager.filter(pk=standing)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        standing = getattr(self.instance, "version", None)
        if self.instance.pk and "record_version" in self.fields and cleaned.get("record_version") != standing:
            raise ValidationError(whose_change(self.instance), code="stale")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # The stubs leave out what is spelled with an underscore.
        if self.user is None or not hasattr(self.instance, "family") or not self.has_changed():
            return
        if not self.errors and not access.within_reach(self.instance, self.user, "change"):
            name = self.instance.owned_by.split("__")[0]
            self.add_error(name if name in self.fields else None, ValidationError(access.OUT_OF_REACH))


def whose_change(row: Any) -> str:
    """Who changed a record meanwhile, and when, as far as it is written down."""
    at = date_format(timezone.localtime(row.changed_at), "j F Y, H:i")
    entry = (
        LogEntry.objects.filter(content_type=get_content_type_for_model(row), object_id=str(row.pk))
        .select_related("user")
        .order_by("-action_time")
        .first()
    )
    just_then = entry is not None and abs((entry.action_time - row.changed_at).total_seconds()) < 60
    who = f"{entry.user} changed this" if entry and just_then else "This was changed"
    return f"{who} on {at}, after you opened it. Nothing of yours was saved: open it again and repeat your change."
