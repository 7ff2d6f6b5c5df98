from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"
    verbose_name = "Imports"

    def ready(self) -> None:
        # Registering is what importing does, and needs ready models.
        from ingestion import checks  # noqa: F401, PLC0415
