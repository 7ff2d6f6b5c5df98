"""The example queries of the playground: a folder of documents, which run as they are."""

import json
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.db.models import F

from accounts.models import Account
from catalog.models import Table

EXAMPLES = Path(__file__).parent / "graphql" / "examples"  # a title in the first line, which is a comment
NO_TABLE = "00000000-0000-0000-0000-000000000000"
NO_TEXT = "Say here what one row of this table is."


@cache
def documents() -> tuple[str, ...]:
    """The examples in the order of the tabs; "TABLE" and "TEXT" stand for the id and the description of a table."""
    return tuple(path.read_text() for path in sorted(EXAMPLES.glob("*.graphql")))


def examples(account: Account) -> list[str]:
    """The text of each example, about a table of the account: the one that writes writes what the table shows."""
    table = described_table(account)
    key, said = (str(table.pk), table.description) if table else (NO_TABLE, "")
    written = json.dumps(said or NO_TEXT, ensure_ascii=False)  # a text of JSON is one of GraphQL, too
    return [text.replace('"TABLE"', f'"{key}"').replace('"TEXT"', written) for text in documents()]


def described_table(account: Account) -> Table | None:
    """The most popular table with a text of its own, or without; None in an empty catalog."""
    tables = Table.objects.visible_to(account).undeleted().unhidden()
    tables = tables.order_by(F("popularity").desc(nulls_last=True), "id")
    found: Table | None = tables.exclude(description_raw=None).exclude(description_raw="").first() or tables.first()
    return found


def origin(url: str) -> str:
    """Scheme, host and port, as a browser compares them and a policy names them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
