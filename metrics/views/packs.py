"""Choosing the trade whose boards come first: for those who may change the company's settings."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from customers import access
from metrics.packs import PACKS
from metrics.services import choose_pack
from metrics.views.frame import page, show
from metrics.views.span import span_of
from metrics.views.state import state_of
from metrics.views.tabs import pack_of


def may_choose(request: HttpRequest) -> bool:
    return access.reach(request.user, "settings", "change") is access.ALL


@page
@require_http_methods(["GET", "HEAD", "POST"])
def packs_page(request: HttpRequest) -> HttpResponse:
    if not may_choose(request):
        raise PermissionDenied
    if request.method == "POST":
        choice = choose_pack(request.POST.get("pack", ""), by=access.person(request))
        messages.success(request, f"The boards are now those of the pack “{PACKS[choice.pack].title}”.")
        return redirect("kpis:overview")
    span = span_of(request)
    return show(
        request,
        "metrics/packs.html",
        "Boards to start with",
        packs=PACKS.values(),
        chosen=pack_of(request),
        span=span,
        state=state_of(span.settled),
    )
