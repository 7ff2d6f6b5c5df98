"""Content-Type headers that no honest client sends, for every test that sends them: on bytes as they travel."""

CODECS = (
    *("punycode", "idna", "rot13", "zip", "zlib", "bz2", "hex", "base64", "uu", "quopri", "undefined", "mbcs"),
    *("raw_unicode_escape", "unicode_escape", "utf-16", "utf-32", "utf-7", "utf-8-sig", "latin-1", "us-ascii", "nope"),
)
FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"
CHARSETS = [
    *(f"{kind}; charset={codec}" for kind in (FORM, MULTIPART, JSON) for codec in ("punycode", "rot13", "utf-16")),
    *(f"{MULTIPART}; charset={codec}" for codec in CODECS),
    f'{MULTIPART}; charset="punycode"',
    f"{MULTIPART}; CHARSET=Punycode",
    f"{MULTIPART};charset=utf-8;charset=punycode",
    f"{FORM}; charset=",
    f"{FORM}; charset==punycode",
    f"{FORM}; charset= punycode",
    f"{FORM}; charset=utf-8\x00",
    f"{FORM}; charset=\xfctf-8",
    f'{FORM}; charset="utf-8',
    f'{FORM}; charset="utf\\-8"',
]
IN_PARTS = [  # RFC 2231
    f"{MULTIPART}; charset*=punycode''" + "%61" * 2_000,
    f"{MULTIPART}; charset*=idna''" + "a" * 5_000,
    f"{MULTIPART}; charset*=nope''x",
    f"{MULTIPART}; charset*=undefined''x",
    f"{MULTIPART}; charset*=utf-8''puny%63ode",
    f"{MULTIPART}; charset*0=puny; charset*1=code",
    f"{MULTIPART}; charset*0*=zip''puny; charset*1=code",
    f"{FORM}; a*=nope''x",
    f"{FORM}; a*99999999999999999999=x",
    f"{FORM}; charset*",
    f"{FORM}; " + ";".join(f"a*{number}=x" for number in range(900)),
]
SHAPES = [
    *(
        "",
        " ",
        ";",
        "/",
        "a",
        "a/",
        "/b",
        "a/b/c",
        "a b/c",
        "\x00",
        "\xe9/\xff",
        "text/plain, text/html",
        "=",
        '"',
    ),
    "a/b" + ";" * 8_000,
    "a/b;" + "a=b;" * 2_000,
    'a/b;a="' + '\\"' * 4_000,
    "a/b;a=" + "\\" * 8_000,
    "a/b;" + 'a="' * 2_700,
    "a" * 8_000 + "/b",
    f"{MULTIPART}\x00",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary=""',
    "multipart/form-data; boundary=\xe9",
    "multipart/form-data; boundary=" + "x" * 300,
    'multipart/form-data; boundary="a b"',
    'multipart/form-data; boundary="a\\"b"',
    "multipart/form-data; boundary=x; boundary=y",
]
READABLE = [
    "*/*",
    "text/plain",
    "multipart/mixed; boundary=x",
    "Multipart/Form-Data; Boundary=x",
    MULTIPART,
    FORM,
    JSON,
]
UTF_8 = [f"{FORM}; charset={name}" for name in ("utf-8", "UTF-8", "utf8", "UTF8", "utf_8", '"utf-8"', "Utf-8 ")]
UNREADABLE = [*CHARSETS, *IN_PARTS, *SHAPES]
CONTENT_TYPES = [*UNREADABLE, *READABLE, *UTF_8]


def form(size: int, *, charset: str = "") -> bytes:
    """A multipart body of one field of so many letters; with a charset of its own in the part's header."""
    header = b"Content-Disposition: form-data; name=login\r\n"
    header += f"Content-Type: text/plain; charset={charset}\r\n".encode() if charset else b""
    return b"--x\r\n" + header + b"\r\n" + b"a" * size + b"\r\n--x--\r\n"


def with_file(size: int) -> bytes:
    """A multipart body of one file of so many bytes."""
    return b'--x\r\nContent-Disposition: form-data; name=f; filename="f"\r\n\r\n' + b"a" * size + b"\r\n--x--\r\n"
