"""What stands beside the resources of the API: the page to read it on, and the answer where nothing is."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import resolve_url
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.request import Request
from rest_framework.views import APIView


class DocsView(SpectacularSwaggerSplitView):
    """The API to read and try in a browser; who is not signed in is asked to."""

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, NotAuthenticated):
            return redirect_to_login(self.request.get_full_path(), resolve_url("admin:login"))
        return super().handle_exception(exc)


class NowhereView(APIView):
    """An address nobody answers, said in the API's own words."""

    schema = None
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
