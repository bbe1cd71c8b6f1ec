"""The cards of the customer's page, for its template."""

from typing import TYPE_CHECKING, Any

from django import template

if TYPE_CHECKING:
    from crmsite.customer_page import Card

register = template.Library()


@register.simple_tag(takes_context=True)
def customer_cards(context: dict[str, Any], customer: Any) -> "list[Card]":
    """What the rooms know of this customer, as far as the reader may see it."""
    from crmsite.customer_page import cards  # Forms load all template tags before the staff pages are complete.

    return [*cards(customer, context["request"])]
