"""Our words to JSON and back: nothing unknown, nothing unseen, nothing the database would refuse."""

import copy
import re
from typing import Any

from django.core.exceptions import ValidationError as ModelRefusal
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, PermissionDenied

from customers import access, edge
from customers.doors.problems import field_of, message_of

ID = re.compile(r"-?[0-9]{1,40}\Z")
YEAR = re.compile(r"\s*([0-9]{4})-")


class ScopedRelatedField(serializers.PrimaryKeyRelatedField):
    """The id of another record, of those this person may see."""

    def get_queryset(self) -> Any:
        queryset: Any = super().get_queryset()
        if queryset is None:
            return None
        request = self.context.get("request")
        return queryset.visible_to(request.user) if request else queryset.none()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not ID.match(str(data)):
            self.fail("incorrect_type", data_type=type(data).__name__)
        if abs(int(data)) > edge.BIGGEST:
            self.fail("does_not_exist", pk_value=data)
        return super().to_internal_value(data)


class EdgeWords(serializers.Serializer):
    """Mixed into a serializer: refuses unknown fields and values too far away to be meant."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            self.refuse_unknown(data)
            self.refuse_far_days(data)
        return self.near(super().to_internal_value(data))

    def refuse_unknown(self, data: dict[str, Any]) -> None:
        unknown = {
            name: [ErrorDetail("There is no such field.", code="unknown-field")]
            for name in data
            if name not in self.fields
        }
        if unknown:
            raise serializers.ValidationError(unknown)

    def refuse_far_days(self, data: dict[str, Any]) -> None:
        """Asked before the fields read them: at the ends of time a change of zone runs out of days."""
        far = {
            name: [ErrorDetail(f"The year must be between {edge.YEARS[0]} and {edge.YEARS[-1]}.", code="far-away")]
            for name, value in data.items()
            if isinstance(self.fields[name], serializers.DateField | serializers.DateTimeField)
            and isinstance(value, str)
            and (found := YEAR.match(value))
            and int(found[1]) not in edge.YEARS
        }
        if far:
            raise serializers.ValidationError(far)

    def near(self, values: dict[str, Any]) -> dict[str, Any]:
        refusals = {}
        for name, value in values.items():
            try:
                values[name] = edge.checked(value)
            except ModelRefusal as refusal:
                refusals[name] = [ErrorDetail(refusal.messages[0], code=refusal.code)]
        if refusals:
            raise serializers.ValidationError(refusals)
        return values


class Words(EdgeWords):
    """The words a verb takes: `at`, a reason, the id of a stage."""


class RecordSerializer(EdgeWords, serializers.ModelSerializer):
    """Base of every record's serializer. Subclasses list their fields; `stamps` are added and only read."""

    serializer_related_field = ScopedRelatedField
    stamps = ("version", "added_at", "changed_at")

    @property
    def record(self) -> Any:
        """The kind of record this speaks of."""
        return self.Meta.model

    def get_default_field_names(self, declared: Any, info: Any) -> Any:
        raise TypeError(f"{type(self).__name__} lists its fields one by one.")

    def get_field_names(self, declared_fields: Any, info: Any) -> list[str]:
        names = [*super().get_field_names(declared_fields, info)]
        known = {field.name for field in self.record._meta.fields}
        return ["id", *(name for name in names if name != "id"), *(n for n in self.stamps if n in known - {*names})]

    # The model's own constraints are asked below, once, with their own words.
    def get_validators(self) -> list[Any]:
        return []

    def get_uniqueness_extra_kwargs(self, field_names: Any, declared_fields: Any, extra_kwargs: Any) -> Any:
        return extra_kwargs, {}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            self.refuse_set_by_us(data)
        return super().to_internal_value(data)

    def refuse_set_by_us(self, data: dict[str, Any]) -> None:
        """What only we set may be sent back as it was read, but not otherwise."""
        sent = [name for name in data if name in self.fields and self.fields[name].read_only]
        standing = self.to_representation(self.instance) if self.instance and sent else {}
        wrong = [name for name in sent if name not in standing or standing[name] != data[name]]
        if wrong:
            refusal = [ErrorDetail("This is set by us, not by you.", code="read-only")]
            raise serializers.ValidationError(dict.fromkeys(wrong, refusal))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        row = self.row_with(attrs)
        self.refuse_out_of_reach(row, attrs)
        try:
            row.clean()
            row.validate_unique()
        except ModelRefusal as refusal:
            raise serializers.ValidationError(serializers.as_serializer_error(refusal)) from refusal
        for constraint in row._meta.constraints:
            try:
                constraint.validate(type(row), row)
            except ModelRefusal as refusal:
                message = ErrorDetail(message_of(constraint, type(row)), code=refusal.code or constraint.name)
                raise serializers.ValidationError({field_of(constraint, attrs): [message]}) from refusal
        return attrs

    def row_with(self, attrs: dict[str, Any]) -> Any:
        """The row as it would be, not yet saved."""
        row = copy.copy(self.instance) if self.instance else self.record()
        many = {field.name for field in row._meta.many_to_many}
        for name, value in attrs.items():
            if name not in many and (hasattr(row, name) or name in {f.name for f in row._meta.fields}):
                setattr(row, name, value)
        return row

    def refuse_out_of_reach(self, row: Any, attrs: dict[str, Any]) -> None:
        """A new row, or one handed on, must be this person's to change; somebody new's is their own by default."""
        user = self.context["request"].user
        owner = row.owned_by
        ownable = owner and "__" not in owner and owner not in attrs
        if ownable and not self.instance and access.reach(user, row.family, "change") is not access.ALL:
            attrs[owner] = user
            setattr(row, owner, user)
        if not access.within_reach(row, user, "change"):
            name = owner.split("__")[0]
            if name in attrs:
                raise serializers.ValidationError({name: [ErrorDetail(access.OUT_OF_REACH, code="out-of-reach")]})
            raise PermissionDenied(access.OUT_OF_REACH, code="out-of-reach")
