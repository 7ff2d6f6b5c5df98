"""What people copy to use a token here; the texts are in templates/tokens/recipes/.

They take the token from the environment; the one answer that shows a new token has it in place instead, as `value`.
Each names a door that is open on this site, and sends the token to no other one: a test runs all of them.
"""

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
)
