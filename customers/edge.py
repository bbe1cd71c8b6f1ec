"""The one gate for words and numbers from outside: what passes here can be kept, shown, sorted and exported."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import ParseError
from rest_framework.exceptions import ValidationError as BadWords
from rest_framework.parsers import BaseParser

MAX_BODY = 1_000_000  # bytes
MAX_QUERY = 8_192  # bytes
MAX_DEPTH = 32
MAX_DIGITS = 40
YEARS = range(1900, 2201)
BIGGEST = 2**63 - 1

# Controls other than tab and line ends, halves of surrogate pairs, and what no XML (so no spreadsheet) may hold.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
API = "/api/"


def text(value: str) -> str:
    """The same words, composed (NFC); refuses characters that cannot be kept."""
    if found := UNFIT.search(value):
        raise ValidationError(
            f"This holds a character that cannot be kept (U+{ord(found[0]):04X}).", code="unfit-character"
        )
    return unicodedata.normalize("NFC", value)


def number(value: int) -> int:
    if abs(value) > BIGGEST:
        raise ValidationError("This number is too large.", code="too-large")
    return value


def decimal(value: Decimal) -> Decimal:
    if not value.is_finite() or value.adjusted() > MAX_DIGITS:
        raise ValidationError("This number is too large.", code="too-large")
    return value


def day(value: date) -> date:
    """A day or moment near enough to be meant."""
    if value.year not in YEARS:
        raise ValidationError(f"The year must be between {YEARS[0]} and {YEARS[-1]}.", code="far-away")
    return value


def checked(value: Any) -> Any:
    """Any single value, or a list of them, by its type."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return number(value)
    if isinstance(value, Decimal):
        return decimal(value)
    if isinstance(value, date):  # a datetime is one too
        return day(value)
    if isinstance(value, list):
        return [checked(one) for one in value]
    return value


class EdgeForm(BaseForm):
    """Mixed into a form before its base: every answer passes the gate, and what does not is an error of its field."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # The stubs leave out what is spelled with an underscore.
        for name, value in list(self.cleaned_data.items()):
            try:
                self.cleaned_data[name] = checked(value)
            except ValidationError as refusal:
                self.add_error(name, refusal)


# --- JSON ---------------------------------------------------------------------------------------------------------

STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKET = re.compile(r"[\[{\]}]")


def refuse_depth(words: str) -> None:
    """Count brackets before anything recursive reads them."""
    depth = 0
    for bracket in BRACKET.finditer(STRING.sub("", words)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise ParseError(f"This is nested more than {MAX_DEPTH} deep.", code="too-deep")


def _short(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(digits: str) -> Any:
        value = kind(digits) if len(digits) <= MAX_DIGITS else None
        if value is None or (isinstance(value, Decimal) and abs(value.adjusted()) > MAX_DIGITS):
            raise ParseError("A number is too long.", code="too-large")
        return value

    return read


def _refuse_constant(name: str) -> None:
    raise ParseError(f"{name} is not a number.", code="not-a-number")


def read_json(raw: bytes) -> Any:
    """The value in a JSON body. Fractions come as Decimal; every text in it has passed the gate."""
    try:
        words = raw.decode("utf-8")
        refuse_depth(words)
        value = json.loads(words, parse_int=_short(int), parse_float=_short(Decimal), parse_constant=_refuse_constant)
    except ValueError as mistake:
        raise ParseError(f"This is not JSON: {mistake}", code="not-json") from mistake
    refusals: dict[str, list[str]] = {}
    cleaned = _cleaned(value, "", refusals)
    if refusals:
        raise BadWords(refusals, code="unfit-character")
    return cleaned


def _cleaned(value: Any, path: str, refusals: dict[str, list[str]]) -> Any:
    if isinstance(value, dict):
        return {
            _cleaned(key, path, refusals): _cleaned(one, f"{path}.{_printable(key)}".lstrip("."), refusals)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_cleaned(one, f"{path}.{place}".lstrip("."), refusals) for place, one in enumerate(value)]
    if isinstance(value, str):
        try:
            return text(value)
        except ValidationError as refusal:
            refusals[path or "body"] = refusal.messages
    return value


def _printable(key: str) -> str:
    return UNFIT.sub("�", key)[:80]


class JSONParser(BaseParser):
    """A JSON body of at most a megabyte, at most 32 deep."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise ParseError("The body is larger than a megabyte.", code="too-large")
        return read_json(raw)


# --- Requests -----------------------------------------------------------------------------------------------------


class EdgeMiddleware:
    """Turns away requests whose address, parameters or size cannot be meant, and says which part it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for status, field, message in self.refusals(request):
            return refused(request, status, field, message)
        return self.get_response(request)

    def refusals(self, request: HttpRequest) -> Iterator[tuple[int, str, str]]:
        if UNFIT.search(request.path):
            yield 400, "path", "The address holds a character that cannot be meant."
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY:
            yield 414, "query", "The question is too long."
            return
        asked = request.GET.copy()
        for name in asked:
            try:
                text(name)
                asked.setlist(name, [text(value) for value in asked.getlist(name)])
            except ValidationError as refusal:
                yield 400, _printable(name), refusal.messages[0]
        request.GET = asked  # type: ignore[assignment]  # The stubs want one closed to writing.
        size = request.META.get("CONTENT_LENGTH") or "0"
        if request.path.startswith(API) and size.isdigit() and int(size) > MAX_BODY:
            yield 413, "body", "The body is larger than a megabyte."


def refused(request: HttpRequest, status: int, field: str, message: str) -> HttpResponse:
    if not request.path.startswith(API):
        return HttpResponse(f"{field}: {message}", status=status, content_type="text/plain; charset=utf-8")
    problem = {
        "type": "about:blank",
        "title": message,
        "status": status,
        "code": "bad-request",
        "errors": [{"field": field, "code": "bad-request", "message": message}],
    }
    return JsonResponse(problem, status=status, content_type="application/problem+json")
