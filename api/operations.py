"""Every operation at the doors for machines, with the scope that it needs. An undeclared one is refused."""

from tokens.scopes import Scope

OPERATIONS = {
    "rest.token.read": Scope.READ_ONLY,
    # Whoever holds a token may end it, whatever its scope: "I found this on the internet".
    "rest.token.revoke": Scope.READ_ONLY,
}
