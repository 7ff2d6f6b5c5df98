from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "tokens"
    verbose_name = "API tokens"

    def ready(self) -> None:
        from tokens import checks  # noqa: F401, PLC0415  # registering is what importing does, and needs ready models
