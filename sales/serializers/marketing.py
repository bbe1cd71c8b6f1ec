"""Campaigns, whom they reached, and what things cost, in JSON."""

from customers.doors import RecordSerializer
from sales.models import Campaign, CampaignRecipient, Cost, Touch

KNOWN_AS = ["source", "external_id"]


class CampaignSerializer(RecordSerializer):
    class Meta:
        model = Campaign
        fields = ["code", "name", "channel", "owner", "starts_on", "ends_on", "budget", "currency", *KNOWN_AS]


class CampaignRecipientSerializer(RecordSerializer):
    class Meta:
        model = CampaignRecipient
        fields = ["campaign", "customer", "email", "sent_at", "bounced_at", "responded_at", *KNOWN_AS]


class TouchSerializer(RecordSerializer):
    class Meta:
        model = Touch
        fields = ["customer", "lead", "campaign", "channel", "at", *KNOWN_AS]


class CostSerializer(RecordSerializer):
    class Meta:
        model = Cost
        fields = [
            "category",
            "amount",
            "currency",
            "starts_on",
            "ends_on",
            "channel",
            "campaign",
            "line",
            "plan",
            "segment",
            "country",
            "owner",
            "note",
            *KNOWN_AS,
        ]
