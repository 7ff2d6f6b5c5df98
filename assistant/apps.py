from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "assistant"
    verbose_name = "Assistant"

    def ready(self) -> None:
        # Registering is what importing does, and needs ready models.
        from assistant import checks  # noqa: F401, PLC0415
