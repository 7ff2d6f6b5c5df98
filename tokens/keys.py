"""The token's text: minting, reading, checksum, digest and mask. Pure Python, no database.

    cat_<ro|rw>_<eu|us>_ + 12 base62 public id + 32 base62 secret + 6 base62 checksum = 60 characters

The secret has 32 × log2(62) = 190 bits. The checksum is zlib's CRC32 of the ASCII text before it, in base62,
most significant digit first: it tells a cut-off or mistyped token from an unknown one without a database.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field

from tokens.errors import MalformedToken

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
PUBLIC_ID_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH = 12, 32, 6
TOKEN_LENGTH = 60
SCOPE_CODES = {"ro": "READ_ONLY", "rw": "READ_WRITE"}
CODE_OF_SCOPE = {scope: code for code, scope in SCOPE_CODES.items()}

TOKEN_PATTERN = r"cat_(?:ro|rw)_(?:eu|us)_[0-9A-Za-z]{50}"  # noqa: S105  # a pattern
"""What secret scanners look for; published in docs/tokens.md."""

WHOLE = re.compile(r"cat_(ro|rw)_(eu|us)_([0-9A-Za-z]{12})([0-9A-Za-z]{32})([0-9A-Za-z]{6})", re.ASCII)
# Also a token that was cut off: from the public id on, so that not even a piece of the secret is written.
# `%5F` is the underscore of a URL.
ANY_PIECE = re.compile(r"(cat(?:_|%5F)(?:ro|rw)(?:_|%5F)(?:eu|us)(?:_|%5F))[0-9A-Za-z]{8,}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """One token's text, taken apart. `text` and `secret` stay out of its repr."""

    scope: str
    region: str
    public_id: str
    secret: str = field(repr=False)
    text: str = field(repr=False)

    @property
    def last_four(self) -> str:
        return self.text[-4:]


def mint(scope: str, region: str) -> Key:
    """A new key for this scope and region, random from the operating system."""
    public_id, secret = random_base62(PUBLIC_ID_LENGTH), random_base62(SECRET_LENGTH)
    body = f"{prefix(scope, region)}{public_id}{secret}"
    return Key(scope, region, public_id, secret, body + checksum(body))


def parse(text: str) -> Key:
    """Read a presented value. Raises MalformedToken unless all 60 characters and the checksum are right."""
    match = WHOLE.fullmatch(text) if len(text) == TOKEN_LENGTH else None
    if match is None or checksum(text[:-CHECKSUM_LENGTH]) != match[5]:
        raise MalformedToken
    return Key(SCOPE_CODES[match[1]], match[2], match[3], match[4], text)


def digest(secret: str, pepper: bytes) -> bytes:
    """HMAC-SHA256 of the secret under a pepper: 32 bytes, all that is kept of it."""
    return hmac.digest(pepper, secret.encode("ascii"), hashlib.sha256)


def checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode("ascii")), ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    return digits.rjust(CHECKSUM_LENGTH, "0")


def random_base62(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def prefix(scope: str, region: str) -> str:
    return f"cat_{CODE_OF_SCOPE[scope]}_{region}_"


def mask(scope: str, region: str, last_four: str) -> str:
    """The token as people see it everywhere: prefix, eight dots, last four characters."""
    return f"{prefix(scope, region)}{'•' * 8}{last_four}"


def redact(text: str) -> str:
    """The text with every token, or beginning of one, replaced by its prefix and dots."""
    return ANY_PIECE.sub(lambda match: match[1] + "•" * 8, text)
