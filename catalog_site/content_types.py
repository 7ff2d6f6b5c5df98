"""What a Content-Type says (RFC 9110, section 8.3), reduced to what the site reads of it. Plain Python, linear in time.

Python's and Django's own readers take any charset that Python knows, some of which are quadratic in the body, and
decode parameters by RFC 2231 with it. Here a body is UTF-8, or it is not read.
"""

import re

MAX_HEADER_LENGTH = 500  # characters; a longer one is unreadable
UTF_8 = {"utf-8", "utf8", "utf_8"}
# What stands in the place of a header that is refused: no media type, so that nobody takes it for one.
UNREADABLE = "unreadable"
MULTIPART = "multipart/"

# A token of RFC 9110, 5.6.2. No pattern here ever goes back.
WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
MEDIA_TYPE = re.compile(rf"[ \t]*+({WORD}/{WORD})[ \t]*+", re.ASCII)
# RFC 9110, 5.6.6: a semicolon with nothing behind it is allowed.
PARAMETER = re.compile(rf';[ \t]*+(?:({WORD})=(?:({WORD})|"((?:[^"\\]|\\.)*+)"))?+[ \t]*+', re.ASCII)
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=?-]{1,70}", re.ASCII)  # RFC 2046, 5.1.1, without its blanks


def reduced(header: str) -> str:
    """The media type alone, with the boundary of a multipart; or UNREADABLE.

    A charset other than UTF-8, in whatever spelling or disguise, is unreadable; UTF-8 is left out, for Django takes it
    when none is named. What this returns, it returns again when it is asked about that.
    """
    match = MEDIA_TYPE.match(header) if len(header) <= MAX_HEADER_LENGTH else None
    parameters = read(header, match.end()) if match else None
    if match is None or parameters is None or parameters.get("charset", "utf-8").lower() not in UTF_8:
        return UNREADABLE
    media_type = match[1].lower()
    if not media_type.startswith(MULTIPART):
        return media_type
    boundary = parameters.get("boundary", "")
    return f'{media_type}; boundary="{boundary}"' if BOUNDARY.fullmatch(boundary) else UNREADABLE


def read(header: str, position: int) -> dict[str, str] | None:
    """The parameters from `position` on, by lower-case name.

    None for bad syntax, and for a parameter that comes twice or in parts (RFC 2231).
    """
    parameters: dict[str, str] = {}
    while position < len(header):
        match = PARAMETER.match(header, position)
        name = match[1].lower() if match and match[1] else ""
        if match is None or name in parameters or "*" in name:
            return None
        if name:
            parameters[name] = match[2] if match[3] is None else match[3]
        position = match.end()
    return parameters
