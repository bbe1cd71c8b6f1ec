from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MetricsConfig(AppConfig):
    name = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from metrics import checks  # noqa: F401 - being read is being registered

        post_migrate.connect(listen, sender=self)


def listen(**kwargs: Any) -> None:
    """The database notes what changes, by triggers that hold for these very models."""
    from metrics import capture

    capture.install()
