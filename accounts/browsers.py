"""Browsers as people call them, from their User-Agent: what helps to recognise one, not what proves anything."""

import re

# Most others also say "Chrome" and "Safari", as whoever builds on another does: the first of these that is there is it.
BROWSERS = (
    ("Edge", r"\b(?:Edg|EdgA|EdgiOS|Edge)/([0-9]{1,4})"),
    ("Opera", r"\b(?:OPR|OPiOS)/([0-9]{1,4})"),
    ("Samsung Internet", r"\bSamsungBrowser/([0-9]{1,4})"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/([0-9]{1,4})"),
    ("Chrome", r"\b(?:Chrome|CriOS|HeadlessChrome)/([0-9]{1,4})"),
    ("Safari", r"\bVersion/([0-9]{1,4})[0-9.]* (?:Mobile/[0-9A-Z]{1,10} )?Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux"),
)
MAX_LENGTH = 512  # characters that are looked at


def browser_version(user_agent: str) -> str:
    """`Firefox 141`: the browser with its major version; an empty text for what is none that we know."""
    text = user_agent[:MAX_LENGTH]
    return next((f"{name} {found[1]}" for name, part in BROWSERS if (found := re.search(part, text))), "")


def browser_name(user_agent: str) -> str:
    """`Firefox 141 on Linux`; as much of it as can be told, and an empty text when that is nothing."""
    browser = browser_version(user_agent)
    system = next((name for name, part in SYSTEMS if re.search(part, user_agent[:MAX_LENGTH])), "")
    return f"{browser} on {system}" if browser and system else browser or system
