"""The doors that tokens open, as the ledger and the history keep them (`DoorView.door`); a new one is a migration."""

from django.db import models


class Door(models.TextChoices):
    """The label is what people call it."""

    REST = "rest", "REST"
    GRAPHQL = "graphql", "GraphQL"
    MCP = "mcp", "MCP"
    INGEST = "ingest", "Uploads"
    SCIM = "scim", "SCIM"
