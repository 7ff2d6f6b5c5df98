"""Every operation at the doors for machines, with the scope that it needs. An undeclared one is refused."""

from django.core.exceptions import PermissionDenied

from tokens import doors
from tokens.errors import InsufficientScope
from tokens.models import ApiToken
from tokens.scopes import Scope

GRAPHQL_READS = (
    "introspection",
    "getColumnJoins",
    "getColumns",
    "getDashboardFields",
    "getDashboards",
    "getDataProducts",
    "getDataQualities",
    "getDatabases",
    "getFieldLineages",
    "getLineages",
    "getPinnedAssets",
    "getSchemas",
    "getSources",
    "getTableQueries",
    "getTables",
    "getTags",
    "getTeams",
    "getTerms",
    "getUsers",
    "searchQueries",
)
GRAPHQL_WRITES = (
    # Queries by their form; they start a job, and read what it says.
    "addAiAssistantJob",
    "getAiAssistantJobResult",
    "addTeamUsers",
    "attachTags",
    "createColumns",
    "createDatabases",
    "createExternalLinks",
    "createSchemas",
    "createSource",
    "createTables",
    "createTerm",
    "deleteExternalLinks",
    "deleteLineages",
    "deleteTerm",
    "detachTags",
    "removeDataQualities",
    "removePinnedAssets",
    "removeTeamOwners",
    "removeTeamUsers",
    "removeUserOwners",
    "updateColumnDescriptions",
    "updateColumns",
    "updateColumnsMetadata",
    "updateDashboardsDocumentation",
    "updateDatabases",
    "updateExternalLinks",
    "updateSchemas",
    "updateSource",
    "updateTableDescriptions",
    "updateTables",
    "updateTablesDocumentation",
    "updateTerm",
    "updateTermsDocumentation",
    "upsertDataQualities",
    "upsertLineages",
    "upsertPinnedAssets",
    "upsertTeam",
    "upsertTeamOwners",
    "upsertUserOwners",
)
MCP_READS = (
    *("search_tables", "search_columns", "search_dashboards", "search_terms"),
    *("get_tables", "get_columns", "get_dashboards", "get_terms", "list_table_columns"),
    *("get_lineage", "assess_impact"),
)
MCP_WRITES = doors.MCP_WRITES
OPERATIONS = {
    "rest.token.read": Scope.READ_ONLY,
    # Whoever holds a token may end it, whatever its scope: "I found this on the internet".
    "rest.token.revoke": Scope.READ_ONLY,
    "rest.imports.list": Scope.READ_ONLY,
    "rest.imports.read": Scope.READ_ONLY,
    "rest.imports.issues": Scope.READ_ONLY,
    "rest.imports.confirm": Scope.READ_WRITE,
    # Opens the door; each field at the root of an operation declares its own.
    "graphql": Scope.READ_ONLY,
    **{f"graphql.{name}": Scope.READ_ONLY for name in GRAPHQL_READS},
    **{f"graphql.{name}": Scope.READ_WRITE for name in GRAPHQL_WRITES},
    "ingest.upload": Scope.READ_WRITE,
    "ingest.manual_lineage": Scope.READ_WRITE,
    # Opens the door; each tool declares its own.
    "mcp": Scope.READ_ONLY,
    **{f"mcp.{name}": Scope.READ_ONLY for name in MCP_READS},
    **{f"mcp.{name}": Scope.READ_WRITE for name in MCP_WRITES},
}


def is_write(operation: str) -> bool:
    return OPERATIONS.get(operation) is Scope.READ_WRITE


def require(token: ApiToken, operation: str) -> None:
    """Let the token do this. Raises InsufficientScope, or PermissionDenied for what nobody declared."""
    needed = OPERATIONS.get(operation)
    if needed is None:
        raise PermissionDenied
    if not token.allows(needed):
        raise InsufficientScope(token, needed=needed.value)
