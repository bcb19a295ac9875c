"""The kernel as a Django app: templates, static files, and the guard on every connection."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from zhian.kernel.use_cases import install_guard


class KernelConfig(AppConfig):
    """No models; at start it puts the write guard on each database connection."""

    name = "zhian.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Guard every connection as it opens."""
        connection_created.connect(
            lambda sender, connection, **kwargs: install_guard(connection),
            weak=False,
            dispatch_uid="zhian.guard",
        )
