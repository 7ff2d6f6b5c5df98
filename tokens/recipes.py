"""What people copy to use a token here; the texts are in templates/tokens/recipes/ and templates/tokens/setup/.

They take the token from the environment; the one answer that shows a new token has it in place instead, as `value`.
Each names a door that is open on this site, and sends the token to no other one: a test runs all of them. Setups of AI
clients are what the clients' own files hold, and never have a token in place.
"""

from dataclasses import dataclass

from accounts.models import Account
from tokens.scopes import Scope


@dataclass(frozen=True, slots=True)
class Recipe:
    slug: str
    title: str
    scope: Scope
    advice: str
    by_mcp: bool = False

    @property
    def template(self) -> str:
        return f"tokens/recipes/{self.slug}.html"


RECIPES = (
    Recipe(
        "check",
        "Try it with curl",
        Scope.READ_ONLY,
        "Asks the API about the token itself: its scope, and when it expires.",
    ),
    Recipe(
        "graphql",
        "GraphQL with curl",
        Scope.READ_ONLY,
        "Queries need Read only; every mutation needs Read & write.",
    ),
    Recipe(
        "python",
        "GraphQL with Python",
        Scope.READ_ONLY,
        "Lists tables. Needs nothing but Python 3.",
    ),
    Recipe(
        "fill",
        "Fill the catalog",
        Scope.READ_WRITE,
        "A Python program that makes a source, a database, a schema and two tables. Run it once: an account has one "
        "source for programs.",
    ),
    Recipe(
        "mcp",
        "MCP with curl",
        Scope.READ_ONLY,
        "Calls a tool as an AI client does: searches tables by a word.",
        by_mcp=True,
    ),
)


def recipes_for(account: Account) -> list[Recipe]:
    """Those that work for this account: of MCP only while it lets AI clients in."""
    return [recipe for recipe in RECIPES if account.mcp_access or not recipe.by_mcp]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text to copy, and where it goes: a file, or a place in the client. A setup without one is prose."""

    slug: str
    goes: str

    @property
    def template(self) -> str:
        return f"tokens/setup/{self.slug}.html"


@dataclass(frozen=True, slots=True)
class Setup:
    """How one AI client is told our address and its token; `tried` is whether we ran it, else its maker says so."""

    slug: str
    client: str
    tried: bool
    advice: str
    snippets: tuple[Snippet, ...] = ()


SETUPS = (
    Setup(
        "claude-desktop",
        "Claude Desktop",
        tried=True,
        advice="Needs Node.js: Claude Desktop starts mcp-remote, and with that it was tried. Its own connectors take "
        "OAuth alone. Write no blank inside an argument: Windows splits it there.",
        snippets=(Snippet("claude-desktop", "claude_desktop_config.json"),),
    ),
    Setup(
        "claude-code",
        "Claude Code",
        tried=False,
        advice="Takes the token from the environment variable CATALOG_TOKEN.",
        snippets=(
            Snippet("claude-code", "In a terminal"),
            Snippet("claude-code-project", "Or .mcp.json of a project"),
        ),
    ),
    Setup(
        "cursor",
        "Cursor",
        tried=False,
        advice="Takes the token from the environment variable CATALOG_TOKEN.",
        snippets=(Snippet("cursor", "~/.cursor/mcp.json"),),
    ),
    Setup(
        "windsurf",
        "Windsurf",
        tried=False,
        advice="Takes the token from the environment variable CATALOG_TOKEN.",
        snippets=(Snippet("windsurf", "~/.codeium/windsurf/mcp_config.json"),),
    ),
    Setup(
        "vscode",
        "VS Code",
        tried=False,
        advice="Asks for the token when the server starts, and keeps it.",
        snippets=(Snippet("vscode", ".vscode/mcp.json"),),
    ),
    Setup(
        "dust",
        "Dust",
        tried=False,
        advice="Spaces > Tools > Add MCP server: give it the address, and the token as Bearer token.",
    ),
    Setup(
        "openai-responses",
        "OpenAI Responses",
        tried=False,
        advice="OpenAI calls this site from the internet, so that it must be reached from there.",
        snippets=(Snippet("openai-responses", "In Python"),),
    ),
    Setup(
        "openai-agents",
        "OpenAI Agents SDK",
        tried=True,
        advice="Waits 20 seconds for an answer here; left alone it gives up after 5.",
        snippets=(Snippet("openai-agents", "In Python"),),
    ),
    Setup("langchain", "LangChain", tried=True, advice="", snippets=(Snippet("langchain", "In Python"),)),
    Setup(
        "others",
        "Others",
        tried=True,
        advice="Also tried: mcp 2.x, fastmcp and pydantic-ai in Python, the TypeScript SDK 1.x and 2.x. What speaks "
        "MCP over HTTP and can send a header works: give it the address and the header Authorization.",
        snippets=(
            Snippet("pydantic-ai", "pydantic-ai, in Python"),
            Snippet("inspector", "The Inspector, in a terminal"),
        ),
    ),
)
