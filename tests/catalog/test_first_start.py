"""What a first start does to an empty database."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations import AddConstraint, AddIndex
from django.db.migrations.loader import MigrationLoader

from catalog.models import Table

OURS = [config.label for config in apps.get_app_configs() if config.name == config.label]
LATER = 3  # on columns of the catalog whose tables refer to each other


@pytest.fixture(scope="module")
def first_steps():
    loader = MigrationLoader(None)
    return [
        step for app in OURS if (first := loader.graph.nodes.get((app, "0001_initial"))) for step in first.operations
    ]


def test_first_migrations_make_tables_with_their_constraints_and_indexes(first_steps):
    """Each that is added afterwards makes Django build all models anew, and SQLite copy the table."""
    assert sum(isinstance(step, AddConstraint | AddIndex) for step in first_steps) <= LATER


def test_start_demo_says_the_passwords_and_of_no_migration_when_there_is_none(db, capsys):
    call_command("start_demo")
    said = capsys.readouterr().out
    assert (said.count("password: "), "Migration" in said) == (2, False)
    assert Table.objects.exists()
