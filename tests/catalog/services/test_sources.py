import pytest

from catalog.choices import SourceOrigin, SourceTechnology, SourceType
from catalog.errors import InvalidInput, NotEditable, NotFound
from catalog.models import Source
from catalog.services.warehouse import create_source, update_source
from tests.catalog.factories import SourceFactory
from tests.catalog.keeping import LATER, UNKNOWN, api_source, given
from tests.factories import NOW


def test_the_source_that_programs_keep_is_a_generic_warehouse(acme):
    source = create_source(acme, row={"name": "Lakehouse"}, by=None, now=NOW)
    assert (source.name, source.origin, source.type) == ("Lakehouse", SourceOrigin.API, SourceType.WAREHOUSE)
    assert source.technology == SourceTechnology.GENERIC_WAREHOUSE
    assert (source.account, source.created_at, source.updated_at, source.deleted_at) == (acme, NOW, NOW, None)


@pytest.mark.parametrize(("deleted_at", "hint"), [(None, "the only one"), (NOW, "can be brought back")])
def test_an_account_has_one_of_them(acme, umbrella, deleted_at, hint):
    source = create_source(acme, row={"name": "Lakehouse"}, by=None, now=NOW)
    Source.objects.update(deleted_at=deleted_at)
    with pytest.raises(InvalidInput, match=f"{source.pk}.*{hint}"):
        create_source(acme, row={"name": "Lakehouse"}, by=None, now=NOW)
    assert create_source(umbrella, row={"name": "Lakehouse"}, by=None, now=NOW)


def test_a_source_is_renamed_deleted_and_brought_back(acme):
    pk = str(api_source(acme).pk)
    deleted = update_source(acme, row={"id": pk, "name": "Lake", "deleted_at": NOW}, by=None, now=LATER)
    assert (deleted.name, deleted.deleted_at, deleted.updated_at) == ("Lake", NOW, LATER)
    update_source(acme, row={"id": pk, "deleted_at": None}, by=None, now=LATER)
    assert Source.objects.values_list("name", "deleted_at").get() == ("Lake", None)


def test_a_source_that_was_extracted_is_left_alone(acme):
    source = SourceFactory.create(account=acme)
    with pytest.raises(NotEditable, match=str(source.pk)):
        update_source(acme, row=given(source, name="Mine"), by=None, now=LATER)


def test_another_accounts_source_is_unknown(acme, umbrella):
    source = api_source(umbrella)
    for pk in (str(source.pk), UNKNOWN, "no id"):
        with pytest.raises(NotFound, match=f"^Source not found: {pk}$"):
            update_source(acme, row={"id": pk, "name": "Mine"}, by=None, now=LATER)


def test_a_name_is_needed(acme):
    with pytest.raises(InvalidInput):
        create_source(acme, row={"name": " "}, by=None, now=NOW)
    with pytest.raises(InvalidInput):
        update_source(acme, row={"id": str(api_source(acme).pk), "name": None}, by=None, now=NOW)
