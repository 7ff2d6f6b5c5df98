from functools import partial

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from catalog.choices import SourceOrigin, SourceTechnology, SourceType
from catalog.errors import InvalidInput
from catalog.models import Source
from ingestion.sources import OF_TYPE, create_source, type_of
from tests.factories import NOW

TYPES = {
    "POSTGRES": "WAREHOUSE",
    "DBT": "TRANSFORMATION",
    "TABLEAU": "VISUALIZATION",
    "SODA": "QUALITY",
    "S3": "WAREHOUSE",
}


def test_the_command_makes_a_source_of_its_tool_s_type_and_prints_its_id(acme, capsys):
    for technology, kind in TYPES.items():
        call_command("create_source", f"Our {technology}", account="acme", technology=technology.lower())
        source = Source.objects.get(pk=capsys.readouterr().out.strip())
        assert (source.account, source.type, source.technology) == (acme, kind, technology)
        assert (source.pk.version, source.origin) == (4, SourceOrigin.EXTRACTION)
    assert AuditEntry.objects.filter(operation="create_source", door="command").count() == len(TYPES)


REFUSED = {
    "another account": ("Lake", {"account": "nowhere", "technology": "DBT"}, "no account nowhere"),
    "no technology": ("Lake", {"account": "acme", "technology": "ABACUS"}, "no technology ABACUS.*SNOWFLAKE"),
    "no files": ("Lake", {"account": "acme", "technology": "SLACK"}, "No files are uploaded for Slack"),
    "no name": (" ", {"account": "acme", "technology": "DBT"}, "1 to 500 characters"),
    "two lines": ("a\nb", {"account": "acme", "technology": "DBT"}, "on one line"),
}


@pytest.mark.parametrize(("name", "options", "said"), REFUSED.values(), ids=REFUSED)
def test_what_the_command_refuses_it_says(acme, name, options, said):
    with pytest.raises(CommandError, match=said):
        call_command("create_source", name, **options)
    assert not Source.objects.exists()


def test_a_name_is_given_once_in_an_account(acme, umbrella):
    create = partial(create_source, name="Lake", technology=SourceTechnology.DBT, by=None, now=NOW)
    first = create(acme)
    with pytest.raises(InvalidInput, match=str(first.pk)):
        create(acme)
    assert create(umbrella)
    Source.objects.filter(pk=first.pk).update(deleted_at=NOW)
    assert create(acme)


def test_a_technology_has_one_type():
    assert sum(map(len, OF_TYPE.values())) == len(frozenset().union(*OF_TYPE.values()))
    assert type_of(SourceTechnology.GENERIC_VISUALIZATION) == SourceType.VISUALIZATION
    assert type_of(SourceTechnology.GENERIC_WAREHOUSE) == SourceType.WAREHOUSE
