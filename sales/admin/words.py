"""What the verbs of sales ask before they do something."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from customers import access
from customers.desk import ActionForm
from customers.models import Customer, User
from sales.choices import StageKind
from sales.models import Lead, LostReason, Product, Stage
from sales.serializers.words import may_hand_to


def money(**kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(max_digits=18, decimal_places=6, **kwargs)


class When(ActionForm):
    at = forms.DateTimeField(label="When", required=False, help_text="Now, if left empty.")


class MoveForm(When):
    to = forms.ModelChoiceField(Stage.objects.filter(kind=StageKind.OPEN).select_related("pipeline"), label="Stage")
    field_order = ["to", "at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages: Any = self.fields["to"]
        stages.label_from_instance = lambda stage: f"{stage.pipeline}: {stage}"


class WinForm(When):
    amount = money(required=False, min_value=0, help_text="Each deal's own amount, if left empty.")
    product = forms.ModelChoiceField(Product.objects.all(), required=False)


class LoseForm(When):
    reason = forms.ModelChoiceField(LostReason.objects.all())
    field_order = ["reason", "at"]


class ReassignForm(ActionForm):
    to = forms.ModelChoiceField(User.objects.filter(is_active=True), label="New owner")
    at = forms.DateTimeField(label="Since", required=False, help_text="Now, if left empty.")

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.user = user

    def clean_to(self) -> User:
        if not may_hand_to(self.user, self.cleaned_data["to"], "sales"):
            raise ValidationError(access.OUT_OF_REACH, code="out-of-reach")
        return self.cleaned_data["to"]


class DuplicateForm(When):
    of = forms.ModelChoiceField(Lead.objects.all(), label="The lead to keep")
    field_order = ["of", "at"]


class PursueForm(When):
    customer = forms.ModelChoiceField(
        Customer.objects.filter(merged_into=None), required=False, help_text="A new one, if left empty."
    )
    amount = money(required=False, min_value=0)
    field_order = ["customer", "amount", "at"]


class ConvertForm(When):
    customer = forms.ModelChoiceField(
        Customer.objects.filter(merged_into=None), required=False, help_text="A new one, if left empty."
    )
    field_order = ["customer", "at"]


class PauseForm(ActionForm):
    effective_at = forms.DateTimeField(
        label="From", required=False, help_text="The end of the paid period, if left empty."
    )
    reason = forms.CharField(max_length=120, required=False)


class EndForm(When):
    reason = forms.CharField(max_length=120, required=False)
    is_involuntary = forms.BooleanField(label="Payment failed", required=False)
    field_order = ["reason", "is_involuntary", "at"]


class RenewForm(ActionForm):
    ends_on = forms.DateField(label="Until", required=False, help_text="As long as the last term, if left empty.")


class RefundForm(When):
    net = money(label="Amount", help_text="Before tax, in the order's currency.")
    field_order = ["net", "at"]
