"""Orders with their lines: rows with one order number are one order, a row alone is an order of one line."""

from collections.abc import Sequence
from typing import ClassVar

from customers.importing.fields import Column, columns_of
from customers.importing.resources import Draft, Resource
from customers.imports import customer, person
from sales.choices import OrderStatus
from sales.imports.catalogue import CAMPAIGN, PRODUCT
from sales.imports.payments import acquire_all
from sales.models import Order, OrderLine


class Orders(Resource):
    """Purchases, a row for each line."""

    name = "orders"
    model = Order
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Order, "external_id", "number"),
        customer(required=True),
        *columns_of(Order, "placed_at", required=["placed_at"]),
        *columns_of(Order, "status", "channel", "currency"),
        CAMPAIGN,
        person("owner"),
    ]
    line_model = OrderLine
    line_parent = "order"
    line_columns: ClassVar[Sequence[Column]] = [
        PRODUCT,
        *columns_of(OrderLine, "description", "quantity"),
        *columns_of(OrderLine, "net", required=["net"]),
        *columns_of(OrderLine, "cost"),
    ]
    match = ("external_id", "number")
    happened = ("placed_at",)

    def complete(self, draft: Draft) -> None:
        draft.set_default("status_at", draft.values.get("placed_at"))

    def settle(self, drafts: Sequence[Draft]) -> None:
        """A paid order makes a customer of whoever placed it."""
        orders = [draft.instance for draft in drafts]
        acquire_all((order.customer, order.placed_at) for order in orders if order.status == OrderStatus.PAID)
