import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from api.graphql.schema import schema

SCHEMA = Path(settings.BASE_DIR) / "docs" / "graphql.schema"


class Command(BaseCommand):
    help = "Write the schema of the GraphQL API to docs/graphql.schema, in GraphQL's own language."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail if the file is not as it would be"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        text = f"{schema.as_str()}\n"
        if not options["check"]:
            SCHEMA.write_text(text)
            self.stdout.write("Wrote docs/graphql.schema")
        elif not SCHEMA.exists() or SCHEMA.read_text() != text:
            self.stderr.write("docs/graphql.schema is out of date: run manage.py export_graphql_schema")
            sys.exit(1)
