"""The frame is an app too, so that it can hold commands and templates."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class CrmSite(AppConfig):
    name = "crmsite"
    verbose_name = "Plumb"


class StaffAdmin(admin.AdminConfig):
    """Django's admin with a site of our own, whose doors ask the table of rights."""

    default = False
    default_site = "crmsite.admin.StaffSite"
