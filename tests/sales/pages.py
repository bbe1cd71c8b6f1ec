"""A staff form as a browser would send it back."""

from typing import Any

from django.forms import BaseForm


def sent_back(page: Any, **typed: Any) -> dict[str, Any]:
    """Everything the form on this page holds, with what was typed instead."""
    context = page.context
    words: dict[str, Any] = filled(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        words |= filled(inline.formset.management_form)
        for form in inline.formset.forms:
            words |= filled(form)
    return words | typed


def filled(form: BaseForm) -> dict[str, Any]:
    words = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        if hasattr(widget, "decompress"):
            parts = widget.decompress(value) or []
            words |= {f"{bound.html_name}_{place}": part for place, part in enumerate(parts) if part is not None}
        elif value is not None and value is not False:
            words[bound.html_name] = value
    return words


def messages(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def refusals(answer: Any) -> dict[str, list[str]]:
    """What the form said was wrong, by field."""
    return dict(answer.context["adminform"].form.errors)
