"""Campaigns, recipients, touches and costs over the API."""

from customers.doors import RecordViewSet
from sales import filters
from sales.models import Campaign, CampaignRecipient, Cost, Touch
from sales.serializers import marketing


class CampaignViewSet(RecordViewSet):
    queryset = Campaign.objects.all()
    serializer_class = marketing.CampaignSerializer
    filterset_class = filters.CampaignFilter
    ordering_fields = ("name", "starts_on", "changed_at")


class CampaignRecipientViewSet(RecordViewSet):
    queryset = CampaignRecipient.objects.all()
    serializer_class = marketing.CampaignRecipientSerializer
    filterset_class = filters.CampaignRecipientFilter
    ordering_fields = ("sent_at", "changed_at")


class TouchViewSet(RecordViewSet):
    queryset = Touch.objects.all()
    serializer_class = marketing.TouchSerializer
    filterset_class = filters.TouchFilter
    ordering_fields = ("at", "changed_at")


class CostViewSet(RecordViewSet):
    queryset = Cost.objects.all()
    serializer_class = marketing.CostSerializer
    filterset_class = filters.CostFilter
    ordering_fields = ("starts_on", "amount", "changed_at")
