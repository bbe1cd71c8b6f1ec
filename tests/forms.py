"""A staff form as a browser would send it back."""

from typing import Any

from django.http import HttpResponse


def filled(page: HttpResponse, **changes: Any) -> dict[str, str]:
    """What the form on this page holds, with these changes; inlines as they stand."""
    context = page.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, str] = {}
    for form in forms:
        for bound in form:
            sent |= _said(bound)
    return sent | {name: str(value) for name, value in changes.items()}


def _said(bound: Any) -> dict[str, str]:
    value = bound.value()
    if value is None or value is False:
        return {}
    if hasattr(bound.field.widget, "decompress"):
        parts = bound.field.widget.decompress(value)
        return {f"{bound.html_name}_{place}": str(part or "") for place, part in enumerate(parts)}
    if isinstance(value, list | tuple):
        return {bound.html_name: ",".join(str(getattr(one, "pk", one)) for one in value)} if value else {}
    return {bound.html_name: "on" if value is True else str(value)}
