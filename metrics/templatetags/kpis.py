"""Small words of the KPI pages' templates."""

from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:  # Forms load all template tags very early; the pages need not come along.
    from metrics.boards import Board
    from metrics.views.address import Address
    from metrics.views.asked import Asked

register = template.Library()


@register.simple_tag
def days(here: "Address", name: str) -> str:
    """The address of the same page about other days."""
    return str(here.of_days({"period": name}))


@register.simple_tag(takes_context=True)
def tabs(context: template.Context, here: "Board | None" = None) -> "list[Board]":
    """The boards on top of the page."""
    from metrics.views import tabs

    return tabs.tabs(context["request"], here or None)


@register.filter
def kept(here: "Address") -> list[tuple[str, str]]:
    """The words of an address that stay when a form asks for other days."""
    return [pair for pair in here.words if pair[0] not in ("period", "start", "end", "through", "after", "term")]


@register.filter
def kept_but_run(here: "Address") -> list[tuple[str, str]]:
    return [pair for pair in here.words if pair[0] not in ("as_of", "after", "term")]


@register.filter
def rows_of(ask: "Asked") -> "Address":
    """The address of the rows behind a question's number."""
    return ask.door("rows")
