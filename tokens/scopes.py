"""What a token may do."""

from django.db import models


class Scope(models.TextChoices):
    """READ_WRITE allows everything that READ_ONLY allows."""

    READ_ONLY = "READ_ONLY", "Read only"
    READ_WRITE = "READ_WRITE", "Read & write"
