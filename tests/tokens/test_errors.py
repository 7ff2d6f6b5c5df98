from tokens import errors
from tokens.errors import TokenError


def tree(error: type[TokenError], depth: int = 0) -> list[tuple[int, str]]:
    """This class and all below it, each with how deep it stands."""
    below = [line for child in error.__subclasses__() for line in tree(child, depth + 1)]
    return [(depth, error.__name__), *below]


def drawn() -> list[tuple[int, str]]:
    """What the module's docstring draws, by steps of four characters."""
    lines = [line.rstrip() for line in (errors.__doc__ or "").splitlines() if line.startswith("    ")]
    return [((len(line) - len(line.lstrip(" │├└─"))) // 4 - 1, line.lstrip(" │├└─")) for line in lines]


def test_the_drawing_shows_every_error_below_its_root():
    assert drawn() == tree(TokenError)
