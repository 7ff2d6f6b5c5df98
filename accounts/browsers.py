"""Browsers as people call them, from their User-Agent: what helps to recognise one, not what proves anything."""

import re

# The first that fits is it: most others also say "Chrome" and "Safari".
BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d{1,4})"),
    ("Opera", r"OPR/(\d{1,4})"),
    ("Samsung Internet", r"SamsungBrowser/(\d{1,4})"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d{1,4})"),
    ("Chrome", r"(?:HeadlessChrome|Chrome|CriOS)/(\d{1,4})"),
    ("Safari", r"Version/(\d{1,4})\S* (?:Mobile/\S+ )?Safari/"),
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


def browser_name(user_agent: str) -> str:
    """`Firefox 141 on Linux`; as much of it as can be told, and an empty text when that is nothing."""
    text = user_agent[:MAX_LENGTH]
    browser = next((f"{name} {found[1]}" for name, part in BROWSERS if (found := re.search(part, text))), "")
    system = next((name for name, part in SYSTEMS if re.search(part, text)), "")
    return f"{browser} on {system}" if browser and system else browser or system
