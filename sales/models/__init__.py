"""What we sell, and how it goes."""

from sales.models.attribution import Attribution
from sales.models.campaign import Campaign, CampaignRecipient, Cost, Touch
from sales.models.catalogue import FxRate, LostReason, Pipeline, Plan, Product, ProductLine, Stage
from sales.models.deal import AmountChange, Deal, StageChange
from sales.models.lead import Lead
from sales.models.movement import Acquisition, CustomerState, MrrMovement, MrrRevaluation
from sales.models.offer import Offer, Quota
from sales.models.order import Cart, Order, OrderLine, Refund
from sales.models.subscription import Subscription, SubscriptionEvent, Term
from sales.models.valuation import StayAmount, StayValuation

__all__ = [
    "Acquisition",
    "AmountChange",
    "Attribution",
    "Campaign",
    "CampaignRecipient",
    "Cart",
    "Cost",
    "CustomerState",
    "Deal",
    "FxRate",
    "Lead",
    "LostReason",
    "MrrMovement",
    "MrrRevaluation",
    "Offer",
    "Order",
    "OrderLine",
    "Pipeline",
    "Plan",
    "Product",
    "ProductLine",
    "Quota",
    "Refund",
    "Stage",
    "StageChange",
    "StayAmount",
    "StayValuation",
    "Subscription",
    "SubscriptionEvent",
    "Term",
    "Touch",
]
