"""Every environment variable that Catalog reads, typed; an odd value is refused by name.

Without any variable the result is a development site: SQLite, an embedded Valkey, an inbox
page instead of mail, and secrets generated once into `var/`.
"""

import base64
import binascii
import ipaddress
import json
import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
MINIMUM_PEPPER_BYTES = 32
MINIMUM_KEY_LENGTH = 50  # characters
# Who has language models, and where, unless ASSISTANT_BASE_URL says it: an address with the version of the API.
MODEL_PROVIDERS = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "azure": "",
    "ollama": "http://127.0.0.1:11434/v1",
}
PRIVATE_NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1", "fc00::/7")
PRIVATE_NAMES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".svc")  # hosts end so


def refuse(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: {why}")


def text(name: str, default: str = "") -> str:
    """The variable's value, or what stands in the file that `NAME_FILE` names; the default when it is absent or empty.

    Read as it is: no `$` is followed, and only a file's last line break is dropped. Refuses a file that cannot be read.
    """
    path = os.environ.get(f"{name}_FILE", "")
    if not path:
        return os.environ.get(name, "") or default
    try:
        return Path(path).read_text().rstrip("\r\n") or default
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"{name}_FILE", f"the file cannot be read ({error})") from None


def flag(name: str, default: bool = False) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off; anything else is refused."""
    said = text(name).strip().lower()
    if said in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return said in {"1", "true", "yes", "on"} if said else default
    raise refuse(name, "say true or false")


def count(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    said = text(name).strip()
    if not said:
        return default
    if not said.isascii() or not said.isdigit() or len(said) > 9 or not low <= int(said) <= high:
        raise refuse(name, f"say a whole number from {low} to {high}")
    return int(said)


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    said = text(name).strip().lower() or default
    if said not in among:
        raise refuse(name, f"say one of {', '.join(among)}")
    return said


def web_address(name: str, default: str, *, https: bool = False) -> str:
    """An http(s) origin, perhaps with a path, without a slash at its end; `https` refuses plain http."""
    said = (text(name).strip() or default).rstrip("/")
    try:
        parts = urlsplit(said)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or "@" in said:
        raise refuse(name, "say a web address such as https://catalog.example.com")
    if https and parts.scheme != "https":
        raise refuse(name, "production needs https, or tokens would travel in the clear")
    return said


def words(name: str, default: list[str]) -> list[str]:
    """Comma-separated words, blanks trimmed, empty ones dropped."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def hosts(name: str, *, of: tuple[str, ...], production: bool) -> list[str]:
    """The hosts by which the site may be asked: those of these addresses, and in development this machine's.

    Refuses `*` in production.
    """
    own = {urlsplit(address).hostname or "" for address in of}
    said = words(name, sorted(own if production else own | {"localhost", "127.0.0.1", "[::1]"}))
    if production and "*" in said:
        raise refuse(name, "name the hosts; * believes whatever a caller says")
    return said


def proxies(name: str, *, production: bool) -> int:
    """How many proxies stand in front, from 0 to 9. Refuses that nobody says it in production."""
    if production and not text(name):
        raise refuse(name, "say how many proxies stand in front: 1 for the one that ends TLS")
    return count(name, 0, low=0, high=9)


def is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_private(address: str) -> bool:
    """Whether the host is this machine or in a private network, by its number or the form of its name.

    A name without a dot is one (a container's); any other name that is not of PRIVATE_NAMES is not.
    """
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        number = ipaddress.ip_address(host)
        return any(number in ipaddress.ip_network(network) for network in PRIVATE_NETWORKS)
    except ValueError:
        return bool(host) and ("." not in host or host.endswith(PRIVATE_NAMES))


def language_model(name: str) -> str:
    """`provider:model`, as in openai:gpt-5-mini; nothing is no model."""
    said = text(name).strip()
    provider, _, model = said.partition(":")
    if said and (provider not in MODEL_PROVIDERS or not model or not model.isprintable() or " " in model):
        known = ", ".join(f"{provider}:MODEL" for provider in MODEL_PROVIDERS)
        raise refuse(name, f"say {known}; any other server that speaks OpenAI's API is openai:MODEL at its address")
    return said


def model_address(name: str, model: str) -> str:
    """Where that language model answers; https, unless in a private network. Nothing without a model."""
    usual = MODEL_PROVIDERS.get(model.partition(":")[0], "")
    if not (text(name).strip() or usual):
        if model:
            raise refuse(name, "say where your models are, such as https://NAME.openai.azure.com/openai/v1")
        return ""
    said = web_address(name, usual)
    if said.startswith("http:") and not is_private(said):
        raise refuse(name, "a model out there needs https: what your catalog says would travel in the clear")
    return said


def price(name: str) -> float:
    """Of a million tokens, in whatever currency; 0 is for nothing."""
    said = text(name).strip() or "0"
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", said, re.ASCII):
        raise refuse(name, "say the price of a million tokens as a number, such as 0.15")
    return float(said)


def var_dir() -> Path:
    """Where a development site keeps its database, logs and secrets (0700)."""
    folder = Path(text("VAR_DIR") or BASE_DIR / "var").resolve()
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
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def secret(name: str, *, production: bool) -> str:
    """The variable's value; what `development_secrets` has when there is none and this is no production."""
    return text(name) or ("" if production else development_secrets()[name])


def secret_key(name: str, *, production: bool) -> str:
    key = secret(name, production=production)
    if len(key) < MINIMUM_KEY_LENGTH or key.startswith("django-insecure-"):
        raise refuse(name, f"set {MINIMUM_KEY_LENGTH} random characters or more, for example `openssl rand -base64 48`")
    return key


def peppers(name: str, *, production: bool) -> dict[int, bytes]:
    """Read `2:<base64>,1:<base64>`: number to key, newest first.

    Refuses an odd number, a repeated one, a key under 32 bytes, and that there is none.
    """
    keys: dict[int, bytes] = {}
    for item in filter(None, (part.strip() for part in secret(name, production=production).split(","))):
        digits, _, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise refuse(name, "each key must be base64, as in 2:BASE64,1:BASE64") from None
        number = int(digits) if digits.isascii() and digits.isdigit() else 0
        if not 0 < number < 32768 or number in keys:
            raise refuse(name, "number the keys from 1 to 32767, each once, as in 2:BASE64,1:BASE64")
        if len(key) < MINIMUM_PEPPER_BYTES:
            raise refuse(name, f"key {number} is too short: {MINIMUM_PEPPER_BYTES} random bytes at least")
        keys[number] = key
    if not keys:
        raise refuse(name, "set 1:KEY, where KEY is `openssl rand -base64 32`; see docs/tokens.md")
    return keys


def user_and_password(name: str) -> str:
    """`user:password`, or nothing."""
    said = text(name)
    if said and not all(said.partition(":")):
        raise refuse(name, "say user:password, the password of 20 random characters or more")
    return said


def database(default_file: Path) -> dict[str, Any]:
    """Django's settings of one database; SQLite in WAL mode with immediate transactions by default."""
    try:
        config: dict[str, Any] = environ.Env.db_url_config(text("DATABASE_URL", f"sqlite:///{default_file}"))
        engine = config["ENGINE"]
    except (KeyError, ValueError, ImproperlyConfigured):
        engine = ""
    if not engine.endswith(("sqlite3", "postgresql")):
        raise refuse("DATABASE_URL", "use postgres://… or sqlite:///…")
    options: dict[str, Any] = config.setdefault("OPTIONS", {})
    if engine.endswith("sqlite3"):
        # Deferred transactions lose write races with "database is locked"; immediate ones queue.
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}
        config["CONN_MAX_AGE"] = None  # to open the file anew takes three times as long as an API call
    else:
        # A database that went away must be noticed in seconds, so that callers get their 503.
        options |= {"connect_timeout": 5, "tcp_user_timeout": 10_000}
        config |= {"ENGINE": "database.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
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
    return {name.removeprefix(prefix): text(name) for name in names}
