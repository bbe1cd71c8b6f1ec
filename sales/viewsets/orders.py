"""Orders with their lines, refunds and carts over the API."""

from customers.doors import RecordViewSet, RowViewSet, verb
from sales import filters
from sales.models import Cart, Order, OrderLine, Refund
from sales.serializers import orders, words
from sales.services.orders import cancel_order, pay_order, refund_order, void_order
from sales.viewsets.making import making


class OrderViewSet(RecordViewSet):
    queryset = Order.objects.prefetch_related("lines")
    serializer_class = orders.OrderSerializer
    filterset_class = filters.OrderFilter
    ordering_fields = ("placed_at", "changed_at")

    pay = verb("pay", pay_order, words.When)
    cancel = verb("cancel", cancel_order, words.When)
    void = verb("void", void_order, words.When)
    refund = making("refund", refund_order, words.RefundWords, orders.RefundSerializer)


class OrderLineViewSet(RowViewSet):
    """Lines of orders, to be read; they are written with their order."""

    queryset = OrderLine.objects.all()
    serializer_class = orders.OrderLineSerializer
    filterset_class = filters.OrderLineFilter


class RefundViewSet(RowViewSet):
    """Money given back, to be read; it is given back at its order."""

    queryset = Refund.objects.all()
    serializer_class = orders.RefundSerializer
    filterset_class = filters.RefundFilter
    ordering_fields = ("at", "net")


class CartViewSet(RecordViewSet):
    queryset = Cart.objects.all()
    serializer_class = orders.CartSerializer
    filterset_class = filters.CartFilter
    ordering_fields = ("created_at", "last_activity_at", "changed_at")
