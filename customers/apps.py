from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CustomersConfig(AppConfig):
    name = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(name_roles, sender=self)


def name_roles(**kwargs: Any) -> None:
    """Each role is a group people can be put in."""
    from django.contrib.auth.models import Group

    from customers.choices import Role

    for role in Role:
        Group.objects.get_or_create(name=role)
