"""The doors that tokens open, as the ledger and the history keep them (`DoorView.door`); a new one is a migration."""

from django.db import models

# The operations of MCP that write: what they need is in api/operations.py, what they did is read from the ledger.
MCP_WRITES = (
    *("update_table_readme", "update_dashboard_readme", "update_term_readme"),
    *("update_column_description", "create_term"),
)


class Door(models.TextChoices):
    """The label is what people call it."""

    REST = "rest", "REST"
    GRAPHQL = "graphql", "GraphQL"
    MCP = "mcp", "MCP"
    INGEST = "ingest", "Uploads"
    SCIM = "scim", "SCIM"
