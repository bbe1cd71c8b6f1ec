"""Deals over the API: listed, opened, changed, and everything people do with them."""

from customers.doors import RecordViewSet, RowViewSet, verb
from sales import filters
from sales.models import AmountChange, Deal, Offer, Quota, StageChange
from sales.serializers import deals, words
from sales.services.deals import lose_deal, move_deal, reassign_deal, reopen_deal, win_deal


class DealViewSet(RecordViewSet):
    queryset = Deal.objects.all()
    serializer_class = deals.DealSerializer
    filterset_class = filters.DealFilter
    ordering_fields = ("created_at", "closed_at", "expected_close_on", "amount", "changed_at")

    move = verb("move", move_deal, words.MoveWords)
    win = verb("win", win_deal, words.WinWords)
    lose = verb("lose", lose_deal, words.LoseWords)
    reopen = verb("reopen", reopen_deal, words.ReopenWords)
    reassign = verb("reassign", reassign_deal, words.ReassignWords)


class StageChangeViewSet(RowViewSet):
    """Each stay of a deal in a stage. Written by moving, winning, losing and reopening deals."""

    queryset = StageChange.objects.all()
    serializer_class = deals.StageChangeSerializer
    filterset_class = filters.StageChangeFilter
    ordering_fields = ("at", "left_at")


class AmountChangeViewSet(RowViewSet):
    """The moments deals, while in a stage, came to stand at another amount. Written by changing a deal's amount."""

    queryset = AmountChange.objects.all()
    serializer_class = deals.AmountChangeSerializer
    filterset_class = filters.AmountChangeFilter
    ordering_fields = ("at",)


class OfferViewSet(RecordViewSet):
    queryset = Offer.objects.all()
    serializer_class = deals.OfferSerializer
    filterset_class = filters.OfferFilter
    ordering_fields = ("made_at", "changed_at")


class QuotaViewSet(RecordViewSet):
    queryset = Quota.objects.all()
    serializer_class = deals.QuotaSerializer
    filterset_class = filters.QuotaFilter
    ordering_fields = ("starts_on", "ends_on", "changed_at")
