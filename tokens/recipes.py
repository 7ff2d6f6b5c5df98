"""How each integration uses a token, with the right address filled in; the value stays a placeholder."""

from dataclasses import dataclass

from django.conf import settings

from tokens.scopes import Scope

PLACEHOLDER = "$CATALOG_TOKEN"


@dataclass(frozen=True, slots=True)
class Recipe:
    slug: str
    title: str
    scope: Scope
    advice: str
    code: str


def recipes() -> list[Recipe]:
    base = settings.API_BASE_URL
    ingest = base.replace("://api.", "://ingest.", 1)
    header = f"Authorization: Token {PLACEHOLDER}"
    json_post = f"  -H '{header}' \\\n  -H 'Content-Type: application/json' \\\n".replace(
        "'" + header + "'", f'"{header}"'
    )
    zone = settings.REGION.upper()
    return [
        Recipe(
            "check",
            "Try it",
            Scope.READ_ONLY,
            "Asks the API about the token itself: its scope, and when it expires.",
            f'curl {base}/api/v1/token \\\n  -H "{header}"',
        ),
        Recipe(
            "graphql",
            "GraphQL",
            Scope.READ_ONLY,
            "Queries need Read only; every mutation needs Read & write.",
            f"curl '{base}/public/graphql?op=getTables' \\\n{json_post}"
            '  -d \'{"query": "{ getTables { data { id name } } }"}\'',
        ),
        Recipe(
            "mcp",
            "MCP: Claude, Cursor",
            Scope.READ_ONLY,
            "Add this to the client's configuration and start the client again.",
            '{\n  "mcpServers": {\n    "catalog": {\n      "command": "npx",\n'
            f'      "args": ["mcp-remote", "{base}/mcp/server", "--header", "Authorization:${{CATALOG_AUTH}}"],\n'
            f'      "env": {{"CATALOG_AUTH": "Token {PLACEHOLDER}"}}\n    }}\n  }}\n}}',
        ),
        Recipe(
            "importers",
            "Importers",
            Scope.READ_WRITE,
            "Send each CSV file with a Unix timestamp before its name, to the address of its source.",
            f'curl {ingest}/warehouse-$SOURCE_ID/$(date +%s)-table.csv \\\n  -H "{header}" \\\n  -F file=@table.csv',
        ),
        Recipe(
            "castor-upload",
            "castor-upload",
            Scope.READ_WRITE,
            "The uploader reads the token from its environment.",
            f'export CASTOR_UPLOADER_TOKEN="{PLACEHOLDER}"\n'
            f"castor-upload --zone {zone} --source_id $SOURCE_ID --file_type WAREHOUSE --directory_path ./export",
        ),
        Recipe(
            "ai-assistant",
            "AI Assistant",
            Scope.READ_WRITE,
            "Ask a question, then poll getAiAssistantJobResult with the jobId that comes back.",
            f"curl '{base}/public/graphql?op=addAiAssistantJob' \\\n{json_post}"
            '  -d \'{"query": "{ addAiAssistantJob(data: {question: \\"Which tables hold orders?\\", '
            'email: \\"you@example.com\\", externalConversationId: \\"1\\"}) { data { jobId } } }"}\'',
        ),
        Recipe(
            "dust",
            "Dust",
            Scope.READ_WRITE,
            "Keep the token as the Dust secret CATALOG_API_TOKEN, or connect Dust to the MCP server.",
            f"Secret:      CATALOG_API_TOKEN\nEndpoint:    {base}/public/graphql\nHeader:      Authorization: Token <secret>\n"
            f"MCP server:  {base}/mcp/server",
        ),
    ]
