"""What every door of the API is made of: words in and out, questions, pages, verbs, and how a refusal is said."""

from customers.doors.filter import RecordFilter, operators
from customers.doors.paging import KeysetPagination
from customers.doors.problems import problem
from customers.doors.schema import BearerScheme
from customers.doors.serializer import RecordSerializer, ScopedRelatedField, Words
from customers.doors.viewset import RecordViewSet, Router, RowViewSet, verb

__all__ = [
    "BearerScheme",
    "KeysetPagination",
    "RecordFilter",
    "RecordSerializer",
    "RecordViewSet",
    "Router",
    "RowViewSet",
    "ScopedRelatedField",
    "Words",
    "operators",
    "problem",
    "verb",
]
