"""Every address of the house."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from crmsite import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/kpis/"), name="home"),
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("crmsite/mark.svg"))),
    path("staff/health/", admin.site.admin_view(health.health), name="health"),
    path("staff/", admin.site.urls),
    path("kpis/", include("metrics.urls")),
    path("s/", include("surveys.urls")),
    path("api/v1/", include("crmsite.api")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
