"""The frame of every KPI page: who may come in, the staff site around it, and how a wrong address is answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from customers.patience import ASK_AGAIN_AFTER, SAID, was_cut_off
from metrics.language import KPI
from metrics.registry import kpi_of
from metrics.sight import Sight, sight_of

View = Callable[..., HttpResponseBase]


def page(view: View) -> View:
    """For people with a role; a wrong word in the address is answered with 400, too large a question with 503."""

    @wraps(view)
    def kindly(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ValidationError as error:
            return refuse(request, error)
        except OperationalError as error:
            if not was_cut_off(error):
                raise
            transaction.set_rollback(True)
            return ask_again_later(request)

    return admin.site.admin_view(kindly)


def show(request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page within the staff site's frame."""
    everything = {**admin.site.each_context(request), "title": title, "is_fullwidth": "1", **context}
    return render(request, template, everything, status=status)


def refuse(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    # The transaction may be broken; whatever the frame asks the database for must not run in it.
    title = "This question could not be read"
    return show(request, "metrics/refused.html", title, status=400, faults=faults, way_back=request.path)


def ask_again_later(request: HttpRequest) -> HttpResponse:
    """The question was understood, and the database had no time for it."""
    faults, title = {"": [SAID]}, "This takes too long just now"
    answer = show(request, "metrics/refused.html", title, status=503, faults=faults, way_back=request.path)
    answer["Retry-After"] = str(ASK_AGAIN_AFTER)
    return answer


def kpi_for(request: HttpRequest, key: str) -> tuple[type[KPI], Sight]:
    """The KPI of an address as this person sees it. What is none of their business answers as not existing."""
    try:
        kpi = kpi_of(key)
    except LookupError as error:
        raise Http404(str(error)) from error
    sight = sight_of(request.user, kpi)
    if sight is None:
        raise Http404(f"There is no KPI {key!r}.")
    return kpi, sight


def url_of(kpi: type[KPI], door: str = "kpi") -> str:
    return reverse(f"kpis:{door}", args=[kpi.key.replace("_", "-")])
