"""Every address of the house."""

from importlib.util import find_spec

from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from crmsite import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/kpis/"), name="home"),
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("crmsite/mark.svg"))),
    path("staff/", admin.site.urls),
    # While the upper rooms are being built their addresses may be missing.
    *([path("kpis/", include("metrics.urls"))] if find_spec("metrics.urls") else []),
    *([path("s/", include("surveys.urls"))] if find_spec("surveys.urls") else []),
    path("api/v1/", include("crmsite.api")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
