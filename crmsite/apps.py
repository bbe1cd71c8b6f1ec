"""The frame is an app too, so that it can hold commands and templates."""

from django.apps import AppConfig


class CrmSite(AppConfig):
    name = "crmsite"
    verbose_name = "Plumb"
