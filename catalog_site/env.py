"""Every environment variable that Catalog reads, typed; an odd value is refused by name.

Without any variable the result is a development site: SQLite, an embedded Valkey, an inbox
page instead of mail, and secrets generated once into `var/`.
"""

import base64
import binascii
import ipaddress
import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
MINIMUM_PEPPER_BYTES = 32

env = environ.FileAwareEnv()


def refuse(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: {why}")


def flag(name: str, default: bool = False) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off; anything else is refused."""
    text = env.str(name, default="").strip().lower()
    if text in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return text in {"1", "true", "yes", "on"} if text else default
    raise refuse(name, "say true or false")


def count(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    text = env.str(name, default="").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise refuse(name, f"say a whole number from {low} to {high}")
    return int(text)


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    text = env.str(name, default="").strip().lower() or default
    if text not in among:
        raise refuse(name, f"say one of {', '.join(among)}")
    return text


def web_address(name: str, default: str) -> str:
    """An http(s) origin, perhaps with a path, without a slash at its end."""
    text = (env.str(name, default="").strip() or default).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise refuse(name, "say a web address such as https://catalog.example.com")
    return text


def words(name: str, default: list[str]) -> list[str]:
    """Comma-separated words, blanks trimmed, empty ones dropped."""
    return [word.strip() for word in env.str(name, default="").split(",") if word.strip()] or default


def is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def var_dir() -> Path:
    """Where a development site keeps its database, logs and secrets (0700)."""
    folder = Path(env.str("VAR_DIR", default="") or BASE_DIR / "var").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def development_secrets() -> dict[str, str]:
    """SECRET_KEY and TOKEN_PEPPERS, generated at first use and kept in `var/secrets.json` (0600)."""
    path = var_dir() / "secrets.json"
    if not path.exists():
        fresh = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "TOKEN_PEPPERS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        draft = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(fresh))
        try:
            os.link(draft, path)  # the first process wins; the others read what it wrote
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    found: dict[str, str] = json.loads(path.read_text())
    return found


def peppers(text: str) -> dict[int, bytes]:
    """Read `2:<base64>,1:<base64>`: number to key, newest first.

    Raises ImproperlyConfigured for an odd number, a repeated one, or a key under 32 bytes.
    """
    found: dict[int, bytes] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        number, _, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise refuse("TOKEN_PEPPERS", "each key must be base64, as in 2:BASE64,1:BASE64") from None
        if not (number.isascii() and number.isdigit()) or not 0 < int(number) < 32768 or int(number) in found:
            raise refuse("TOKEN_PEPPERS", "number the keys from 1 to 32767, each once, as in 2:BASE64,1:BASE64")
        if len(key) < MINIMUM_PEPPER_BYTES:
            raise refuse("TOKEN_PEPPERS", f"key {number} is too short: {MINIMUM_PEPPER_BYTES} random bytes at least")
        found[int(number)] = key
    return found


def database(default_file: Path) -> dict[str, Any]:
    """Django's settings of one database; SQLite in WAL mode with immediate transactions by default."""
    config: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{default_file}")
    options: dict[str, Any] = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        # Deferred transactions lose write races with "database is locked"; immediate ones queue.
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}
    elif config["ENGINE"].endswith("postgresql"):
        # A database that went away must be noticed in seconds, so that callers get their 503.
        options |= {"connect_timeout": 5, "tcp_user_timeout": 10_000}
        config |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    else:
        raise refuse("DATABASE_URL", "use postgres://… or sqlite:///…")
    return config


def celery_broker(redis_url: str) -> str:
    """The broker's URL as kombu spells it: a unix socket is `redis+socket://` with `virtual_host`."""
    parts = urlsplit(redis_url)
    if parts.scheme in {"redis", "rediss"}:
        return redis_url
    if parts.scheme == "unix":
        number = parts.query.removeprefix("db=") or "0"
        return f"redis+socket://{parts.path}?virtual_host={number}"
    raise refuse("REDIS_URL", "use redis://, rediss:// or unix:///path?db=0")


def prefixed(prefix: str) -> dict[str, str]:
    """Every variable that begins with `prefix`, without it; `NAME_FILE` names a file that holds the value."""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith(prefix)}
    return {name.removeprefix(prefix): env.str(name) for name in names}
