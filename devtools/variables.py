"""The environment variables under which the site runs on this machine, for `up` and `manage` alike."""

import os
import tempfile
from pathlib import Path

from devtools import valkey
from devtools.environment import ROOT, Unusable

DEPLOYED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "TOKEN_PEPPERS", "ALLOWED_HOSTS", "TRUSTED_PROXY_COUNT", "DEBUG")


def var_dir() -> Path:
    """The folder (0700) of the database, the logs and the broker's data; made when it is missing. Raises Unusable."""
    folder = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Unusable(
            f"Nothing can be written into {folder}, where Catalog keeps its data: {error.strerror}.\n"
            "Name a folder of yours: VAR_DIR=~/catalog-data python3 dev.py up"
        ) from None
    return folder


def lock_file(var: Path) -> Path:
    """Held by the `up` that runs; it contains the address of the last one."""
    return var / "up.lock"


def of_site(var: Path) -> dict[str, str]:
    """The variables of this process, with those of the stack that runs, or ran last, in `var`.

    Without those of a deployment: `up` must not migrate, and enter demo people into, a database that the shell names.
    """
    deployed = {name + suffix for name in DEPLOYED for suffix in ("", "_FILE")}
    variables = {name: value for name, value in os.environ.items() if name not in deployed}
    if lock_file(var).exists() and (address := lock_file(var).read_text()):
        variables.setdefault("BASE_URL", address)
    return variables | {"VAR_DIR": str(var), "REDIS_URL": f"unix://{valkey.socket_path(var)}?db=0"}
