"""What is compared: the floors, ours, and the packages of others where they are installed."""

from django.utils import timezone

from accounts.services import create_account
from bench import filling
from bench.auth.settings import WITH_PEERS
from bench.auth.views import FIRST_SIGHT, FLOOR, ONE_QUERY, OURS
from tokens.scopes import Scope
from tokens.services import generate_token

if WITH_PEERS:
    from bench.auth import peers

VARIANTS = (FLOOR, OURS, FIRST_SIGHT, ONE_QUERY, *(peers.VARIANTS if WITH_PEERS else ()))


def credentials() -> dict[str, str]:
    """Makes one token of each kind: the Authorization header by kind; of ours also its public id, and its text."""
    now = timezone.now()
    account, user = create_account("Measured", admin_email="ada@measured.test", by=None, now=now)
    issued = generate_token(account, scope=Scope.READ_ONLY, by=None, now=now)
    ours = {
        "": "",
        "ours": f"Bearer {issued.secret}",
        "text": issued.secret,
        "public id": issued.token.public_id,
    }
    return ours | (peers.credentials(user, now=now) if WITH_PEERS else {})


def fill(tokens: int) -> None:
    """So many more tokens of each kind, of half as many accounts with two people each."""
    filling.fill(tokens, administrators=2)
    if WITH_PEERS:
        filling.execute(peers.FILLING, tokens)
