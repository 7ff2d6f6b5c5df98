from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor


class Migrate(migrate.Command):
    """Says a line before each migration: `Migration 3 of 61: catalog.0001_initial`."""

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        self.begun, self.total = 0, len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        super().handle(*args, **options)

    def migration_progress_callback(self, action: str, migration: Migration | None = None, fake: bool = False) -> None:
        if action == "apply_start":
            self.begun += 1
            self.stdout.write(f"Migration {self.begun} of {self.total}: {migration}")
            self.stdout.flush()


class Command(BaseCommand):
    help = (
        "Bring the database up to date, with a line for each migration, then do what create_demo does: `dev.py up` "
        "calls it, since a process for each of the two would take half as long again."
    )
    requires_system_checks = []  # `dev.py test` makes them; they load every address of the site

    def handle(self, *args: Any, **options: Any) -> None:
        call_command(Migrate(), verbosity=0, stdout=self.stdout, skip_checks=True)
        call_command("create_demo", stdout=self.stdout, skip_checks=True)
