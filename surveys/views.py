"""The page a survey link opens. Opening it records nothing; mail scanners open everything."""

from collections.abc import Callable
from functools import wraps

from csp.decorators import csp
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.forms import AnswerForm
from surveys.models import Answer, Invitation
from surveys.services import can_answer, find_invitation, stop_asking, take_answer

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def for_strangers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A page that tells nobody where it was opened from, and that nobody keeps."""

    @wraps(view)
    def page(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        response._has_been_logged = True  # type: ignore[attr-defined]  # its address is a secret: keep it out of the log
        return response

    return csp(settings.PUBLIC_POLICY)(page)


# The token in the address is the credential; there is no session to protect. Browsers that send no referrer send no
# origin either, which Django's check would refuse.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_strangers
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question, take the answer, and let it be changed for a day."""
    invitation = find_invitation(token)
    if invitation is None:
        return _page(request, "unknown", status=404)
    if not can_answer(invitation):
        return _page(request, "over", status=410)
    given = invitation.answers.standing().first()
    if request.method == "POST":
        return _take(request, invitation, given)
    # A score in the link only marks the choice; nothing counts until it is sent.
    suggested = request.GET.get("score", given.score if given else "")
    form = AnswerForm(invitation.survey, initial={"score": suggested})
    return _question(request, invitation, form, given)


def _take(request: HttpRequest, invitation: Invitation, given: Answer | None) -> HttpResponse:
    if "stop" in request.POST:
        stop_asking(invitation)
        return _page(request, "stopped")
    form = AnswerForm(invitation.survey, request.POST)
    if not form.is_valid():
        return _question(request, invitation, form, given, status=400)
    comment = form.cleaned_data["comment"] or (given.comment if given else "")
    try:
        take_answer(invitation, score=form.cleaned_data["score"], comment=comment)
    except ValidationError:  # its time ran out between opening and sending
        return _page(request, "over", status=410)
    return HttpResponseRedirect(request.path)


def _question(
    request: HttpRequest, invitation: Invitation, form: AnswerForm, given: Answer | None, *, status: int = 200
) -> HttpResponse:
    words = {"survey": invitation.survey, "contact": invitation.contact, "form": form, "given": given}
    return _page(request, "question", status=status, **words)


def _page(request: HttpRequest, name: str, *, status: int = 200, **words: object) -> HttpResponse:
    return render(request, f"surveys/{name}.html", {"company": settings.COMPANY_NAME, **words}, status=status)
