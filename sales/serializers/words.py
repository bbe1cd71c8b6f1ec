"""The words that verbs take."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from customers import access
from customers.doors import ScopedRelatedField, Words
from customers.models import Customer, User
from sales.choices import Interval
from sales.models import Lead, LostReason, OrderLine, Plan, Product, Stage
from sales.money import iso_currency


def money(**kwargs: Any) -> serializers.DecimalField:
    """An amount as an exact decimal."""
    return serializers.DecimalField(max_digits=18, decimal_places=6, **kwargs)


class When(Words):
    at = serializers.DateTimeField(required=False, help_text="When it happened; now, unless told.")


class MoveWords(When):
    to = ScopedRelatedField(queryset=Stage.objects.all())


class WinWords(When):
    amount = money(required=False, min_value=0)
    product = ScopedRelatedField(queryset=Product.objects.all(), required=False)


class LoseWords(When):
    reason = ScopedRelatedField(queryset=LostReason.objects.all())


class ReopenWords(When):
    to = ScopedRelatedField(queryset=Stage.objects.all(), required=False)


class ReassignWords(When):
    to = ScopedRelatedField(queryset=User.objects.all())

    def validate_to(self, to: User) -> User:
        if not may_hand_to(self.context["request"].user, to, "sales"):
            raise serializers.ValidationError([ErrorDetail(access.OUT_OF_REACH, code="out-of-reach")])
        return to


class DuplicateWords(When):
    of = ScopedRelatedField(queryset=Lead.objects.all())


class ConvertWords(When):
    customer = ScopedRelatedField(queryset=Customer.objects.all(), required=False)
    open_deal = serializers.BooleanField(required=False)


class PursueWords(When):
    customer = ScopedRelatedField(queryset=Customer.objects.all(), required=False)
    name = serializers.CharField(max_length=200, required=False)
    amount = money(required=False, min_value=0)


class PauseWords(When):
    effective_at = serializers.DateTimeField(required=False, help_text="The end of the paid period, unless told.")
    reason = serializers.CharField(max_length=120, required=False)


class EndWords(When):
    reason = serializers.CharField(max_length=120, required=False)
    is_involuntary = serializers.BooleanField(required=False, help_text="Payment failed.")


class ChangeWords(When):
    plan = ScopedRelatedField(queryset=Plan.objects.all(), required=False)
    quantity = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    price = money(min_value=0, required=False)
    discount = serializers.DecimalField(max_digits=6, decimal_places=5, min_value=0, max_value=1, required=False)
    interval = serializers.ChoiceField(choices=Interval.choices, required=False)
    interval_count = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    currency = serializers.CharField(max_length=3, validators=[iso_currency], required=False)
    reason = serializers.CharField(max_length=120, required=False)


class RenewWords(When):
    ends_on = serializers.DateField(required=False, help_text="The first day no longer covered.")
    mrr = money(min_value=0, required=False)


class RefundWords(When):
    net = money(help_text="Before tax, in the order's currency.")
    line = ScopedRelatedField(queryset=OrderLine.objects.all(), required=False)


def may_hand_to(user: User, to: User, family: str) -> bool:
    """Whether this person may put records into the hands of that one."""
    far = access.reach(user, family, "change")
    if far is access.TEAM:
        return user.team_mates().filter(pk=to.pk).exists()
    return far is access.ALL or (far is access.OWN and to == user)
