"""The pages say what is: variables, paths, names, commands and links. Each failure says what to do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import pytest

from catalog_site import env
from devtools import benches
from devtools.environment import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("performance/*.md"))]
RECORDS = sorted(
    DOCS.glob("decisions/*.md")
)  # of their day: they may name what has gone since, but their links lead on
PACKAGES = ("accounts", "tokens", "catalog", "ingestion", "notifications", "assistant", "api", "catalog_site", "jobs")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PATH = re.compile(r"[\w.-]*(/[\w.-]+)*/?")
ENDINGS = (".py", ".md", ".js", ".css", ".html", ".txt", ".toml", ".schema", ".in", "/")


def spans(page: Path) -> list[str]:
    """What stands in code between words; no blocks of code."""
    return SPAN.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))


def every(pages: list[Path], values) -> list:
    """Cases of pages, each with the name of its page."""
    cases = [(page, value) for page in pages for value in dict.fromkeys(values(page))]
    return [pytest.param(*case, id=f"{case[0].name}-{case[1]}") for case in cases]


# --- Variables -----------------------------------------------------------------------------------

READERS = {name for name, value in vars(env).items() if getattr(value, "__module__", "") == env.__name__}
CODE = [ROOT / "gunicorn.conf.py", *(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))]


def read_by(path: Path) -> Iterator[str]:
    """The variables that this file reads; those of a prefix end with `_`."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=reader), args=[ast.Constant(value=str(name)), *_]) if reader in READERS:
                yield name
            case ast.Call(func=ast.Attribute(value=called, attr="get"), args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(called) == "os.environ":
                    yield name


def variables() -> tuple[set[str], set[str]]:
    """Those that the code reads, and those that docs/deploy.md names."""
    read = {name for path in CODE for name in read_by(path) if name == name.upper()}
    read |= set(re.findall(r"\$\{?([A-Z_]+)", (ROOT / "Procfile").read_text()))
    said = {span for span in spans(DOCS / "deploy.md") if re.fullmatch(r"[A-Z][A-Z0-9_]+[A-Z0-9]", span)}
    return read, said - {"NAME_FILE"}


def test_every_variable_that_is_read_stands_in_deploy_md():
    read, said = variables()
    assert {"DATABASE_URL", "EMAIL_ANYMAIL_", "WEB_THREADS", "WORKER_CONCURRENCY"} <= read  # they are found at all
    missing = sorted(name for name in read - said if not any(one.startswith(name) for one in said if name[-1] == "_"))
    assert not missing, f"Say in docs/deploy.md what these are for: {', '.join(missing)}"


def test_every_variable_of_deploy_md_is_read():
    read, said = variables()
    prefixes = tuple(name for name in read if name.endswith("_"))
    unknown = sorted(name for name in said - read if not name.startswith(prefixes))
    assert not unknown, f"Nobody reads these: take them out of docs/deploy.md, or spell them right: {unknown}"


# --- Paths, names, commands ----------------------------------------------------------------------


def is_path(span: str) -> bool:
    path = span.partition(": ")[0]
    return bool(PATH.fullmatch(path)) and path.endswith(ENDINGS) and not path.startswith(("/", "."))


def places(page: Path) -> list[Path]:
    """Where paths of a page begin: at the root, at the folder that the page is about, or at a package in that."""
    folders = [folder for folder in (ROOT / page.stem, ROOT / "api" / page.stem, ROOT / "catalog") if folder.is_dir()]
    return [ROOT, *folders, *(inner.parent for folder in folders for inner in sorted(folder.glob("*/__init__.py")))]


@pytest.mark.parametrize(("page", "span"), every(PAGES, lambda page: filter(is_path, spans(page))))
def test_a_path_that_a_page_names_exists_and_holds_the_names_that_it_says(page, span):
    path, _, names = span.partition(": ")
    found = [place / path for place in places(page) if (place / path).exists()]
    if found or not path.startswith("var/"):
        assert found, f"{page.name}: there is no {path}. Say where it is, from the root or from {page.stem}/."
    for name in filter(None, (name.rpartition(".")[2] for name in names.split(", "))):
        defined = re.search(rf"^\s*((def|class) {name}\b|{name}\b.*=)", found[0].read_text(), re.MULTILINE)
        assert defined, f"{page.name}: {path} has no {name}. Name what does that now."


DOTTED = re.compile(rf"({'|'.join(PACKAGES)})(\.(?!(md|py)$)\w+)+")


@pytest.mark.parametrize(("page", "name"), every(PAGES, lambda page: filter(DOTTED.fullmatch, spans(page))))
def test_a_name_that_a_page_spells_with_its_module_can_be_imported(page, name):
    try:
        resolve_name(name)
    except (ImportError, AttributeError) as error:
        pytest.fail(f"{page.name}: {name} is not there ({error}). Name what does that now.")


BENCH = re.compile(r"dev\.py bench ((?:--\S+ )*)(\w+)")


def test_every_measurement_that_a_page_names_is_there_and_the_map_names_all():
    named = {found[2] for page in PAGES for found in BENCH.finditer(page.read_text())} - {"NAME"}
    assert named <= set(benches.names()), "Say of what has gone which commit had it, without `dev.py`."
    assert set(benches.names()) <= set(spans(ROOT / "README.md")), "Name every measurement in README's map."


GROWING = re.compile(r"\b\d[\d,.]*\s+(?:tests|faults|files|modules|mutants|measurements|decisions|migrations)\b")


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "testing.md"], ids=lambda page: page.name)
def test_nothing_is_counted_that_grows(page):
    assert GROWING.findall(page.read_text()) == [], (
        "Leave the number out, or let a command say it: it is wrong tomorrow."
    )


# --- Links ---------------------------------------------------------------------------------------

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def links(page: Path) -> list[str]:
    return [link for link in LINK.findall(page.read_text()) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """Of its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "link"), every([*PAGES, *RECORDS, ROOT / "CHANGELOG.md"], links))
def test_a_link_leads_to_a_file_and_a_heading(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.exists(), f"{page.relative_to(ROOT)}: nothing is at {link}. Mend the link or leave it out."
    if anchor:
        assert anchor in anchors(target), f"{page.relative_to(ROOT)}: {path or page.name} has {sorted(anchors(target))}"
