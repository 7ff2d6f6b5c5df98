from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        # Registering is what importing does, and needs ready models.
        from notifications import checks, tracking  # noqa: F401, PLC0415
