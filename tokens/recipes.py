"""The integrations that a token is for; what people copy is in templates/tokens/recipes/, never with a value."""

from dataclasses import dataclass

from tokens.scopes import Scope


@dataclass(frozen=True, slots=True)
class Recipe:
    slug: str
    title: str
    scope: Scope
    advice: str

    @property
    def template(self) -> str:
        return f"tokens/recipes/{self.slug}.html"


RECIPES = (
    Recipe(
        "check",
        "Try it",
        Scope.READ_ONLY,
        "Asks the API about the token itself: its scope, and when it expires.",
    ),
    Recipe(
        "graphql",
        "GraphQL",
        Scope.READ_ONLY,
        "Queries need Read only; every mutation needs Read & write.",
    ),
    Recipe(
        "mcp",
        "MCP: Claude, Cursor",
        Scope.READ_ONLY,
        "Add this to the client's configuration, the token in place of $CATALOG_TOKEN, and start the client again.",
    ),
    Recipe(
        "importers",
        "Importers",
        Scope.READ_WRITE,
        "Send each CSV file with a Unix timestamp before its name, to the address of its source.",
    ),
    Recipe(
        "castor-upload",
        "castor-upload",
        Scope.READ_WRITE,
        "The uploader reads the token from its environment.",
    ),
    Recipe(
        "ai-assistant",
        "AI Assistant",
        Scope.READ_WRITE,
        "Ask a question, then poll getAiAssistantJobResult with the jobId that comes back.",
    ),
    Recipe(
        "dust",
        "Dust",
        Scope.READ_WRITE,
        "Keep the token as the Dust secret CATALOG_API_TOKEN, or connect Dust to the MCP server.",
    ),
)


def ingest_address(api_base_url: str) -> str:
    """Where files go: the `ingest.` host beside the `api.` host, or the same host where there is no such pair."""
    return api_base_url.replace("://api.", "://ingest.", 1)
