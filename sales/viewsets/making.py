"""Verbs on one record that make another: pursuing a lead makes a deal."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import CHANGE
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from customers.doors import RecordSerializer, Words
from customers.doors.viewset import note


def making(
    name: str, service: Callable[..., Any], words: type[Words], made: type[RecordSerializer]
) -> Callable[..., Response]:
    """`pursue = making("pursue", pursue_lead, PursueWords, DealSerializer)` answers 201 and the deal."""

    def carry_out(self: Any, request: Any, pk: str | None = None) -> Response:
        row = self.get_object()
        new = service(row, by=request.user, **self.words(words))
        note(request.user, row, CHANGE, name)
        return Response(made(new, context=self.get_serializer_context()).data, status=201)

    carry_out.__name__ = name
    carry_out.__doc__ = service.__doc__
    opened = action(detail=True, methods=["post"], url_path=name)(carry_out)
    return extend_schema(request=words, responses={201: made}, description=service.__doc__)(opened)
