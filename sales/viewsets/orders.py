"""Orders with their lines, refunds and carts over the API."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from customers.doors import RecordViewSet, RowViewSet, verb
from sales import filters
from sales.models import Cart, Order, OrderLine, Refund
from sales.serializers import orders, words
from sales.services.orders import cancel_order, pay_order, refund_order, void_order


class OrderViewSet(RecordViewSet):
    queryset = Order.objects.prefetch_related("lines")
    serializer_class = orders.OrderSerializer
    filterset_class = filters.OrderFilter
    ordering_fields = ("placed_at", "changed_at")

    pay = verb("pay", pay_order, words.When)
    cancel = verb("cancel", cancel_order, words.When)
    void = verb("void", void_order, words.When)

    @extend_schema(
        request=words.RefundWords, responses={201: orders.RefundSerializer}, description=refund_order.__doc__
    )
    @action(detail=True, methods=["post"])
    def refund(self, request: Request, pk: str | None = None) -> Response:
        refund: Refund = refund_order(self.get_object(), by=request.user, **self.words(words.RefundWords))
        return Response(orders.RefundSerializer(refund, context=self.get_serializer_context()).data, status=201)


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
