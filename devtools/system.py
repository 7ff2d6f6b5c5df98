"""What a test run needs from the machine beside Python and its packages: a browser, a font, nginx, curl.

What is there is taken. What is missing, apt installs where we are root on Debian or Ubuntu, and says so.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools.environment import PYTHON, ROOT, Unusable, announce, can_create

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_TESTS, SERVER_TESTS = "tests/browser", "tests/faults"
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
WITH_SBIN = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"  # where Debian keeps nginx
SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")  # asked by Debian before a package starts its service


def browser() -> str | None:
    """The path of an installed Chromium or Chrome that starts; Ubuntu's may be a note that it is elsewhere."""
    installed = filter(None, map(shutil.which, BROWSERS))
    return next((path for path in installed if succeeds(path, "--version")), None)


def nginx() -> str | None:
    return shutil.which("nginx", path=WITH_SBIN)


def require_nginx() -> str:
    """Its path. Raises Unusable."""
    if path := nginx():
        return path
    raise Unusable("This test needs nginx. On Debian: apt-get install nginx")


def has_font() -> bool:
    return any(any(Path(folder).expanduser().rglob("DejaVuSans*")) for folder in FONTS)


@dataclass(frozen=True, slots=True)
class Need:
    """A package of Debian's, whether we can do without installing it, and the tests that need it."""

    package: str
    met: Callable[[], object]
    tests: str


NEEDS = (
    Need("python3-venv", can_create, "tests"),
    Need("chromium", browser, BROWSER_TESTS),
    Need("fonts-dejavu-core", has_font, BROWSER_TESTS),  # without any, pages are blank to axe and on pictures
    Need("nginx", nginx, SERVER_TESTS),
    Need("curl", lambda: shutil.which("curl"), SERVER_TESTS),  # some recipes of Settings > API are for it
)


def concerns(folder: str, chosen: Sequence[str]) -> bool:
    """Whether pytest's arguments choose tests of this folder; all of them when they name no file or folder."""
    paths = [Path(word.partition("::")[0]) for word in chosen if not word.startswith("-")]
    paths = [(ROOT / path).resolve() for path in paths if (ROOT / path).exists()]
    place = (ROOT / folder).resolve()
    return not paths or any(path.is_relative_to(place) or place.is_relative_to(path) for path in paths)


def install(chosen: Sequence[str] = ()) -> None:
    """Let apt install what these tests need and what is missing; where apt is not ours to call, do nothing."""
    missing = [need.package for need in NEEDS if concerns(need.tests, chosen) and not need.met()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        apt("update")
        with no_service_starting():
            for package in missing:
                begun = time.monotonic()
                announce(f"Installing {package} by apt …")
                done = apt("install", "--yes", "--no-install-recommends", package)
                announce(f"  {done or 'installed'} after {time.monotonic() - begun:.0f} s")


def apt(*words: str) -> str:
    """Why apt-get failed, in its own last words, or an empty text."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-qq", *words], env=quiet, capture_output=True, text=True, check=False)
    return (done.stderr.strip().splitlines() or ["apt-get failed"])[-1] if done.returncode else ""


@contextmanager
def no_service_starting() -> Iterator[None]:
    """A package that is installed for a test starts no server of its own; nginx would take port 80."""
    if SERVICE_POLICY.exists():  # somebody has decided already
        yield
        return
    SERVICE_POLICY.write_text("#!/bin/sh\nexit 101\n")  # invoke-rc.d(8): forbidden
    SERVICE_POLICY.chmod(0o755)
    try:
        yield
    finally:
        SERVICE_POLICY.unlink()


def require_browser() -> None:
    """See that there is one for the tests: an installed one, else Playwright downloads its own. Raises Unusable."""
    if browser():
        return
    announce("Downloading Playwright's Chromium …")
    libraries = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    if not succeeds(str(PYTHON), "-m", "playwright", "install", "--no-shell", *libraries, "chromium"):
        raise Unusable(
            "The browser's tests need a Chromium, and none could be installed. On Debian: apt-get install chromium\n"
            "Without it, choose others: python3 dev.py test tests/tokens"
        )


def succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
