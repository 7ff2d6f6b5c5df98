import pytest
from django.contrib import admin as django_admin
from django.contrib.admin import site
from django.db.models import Model

from accounts.models import Team
from catalog import admin
from catalog.index.writing import put_off
from catalog.models import DataProduct, PinnedAsset, QualityCheck, SearchDue, SourceUser, TableQuery
from tests.catalog.factories import ColumnFactory, DashboardFactory, TagFactory, TermFactory, a_table, feeds
from tests.factories import NOW

SHOWN = [model for model in site._registry if model._meta.app_label == "catalog"]
LOOKED_AT = [*SHOWN, Team]


def address(model: type[Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


@pytest.fixture
def rows(acme, ada):
    """At least one row of everything that the admin shows."""
    table, board = a_table(acme), DashboardFactory.create(source__account=acme)
    ColumnFactory.create(table=table)
    TagFactory.create(account=acme, linked_term=TermFactory.create(account=acme))
    feeds(table, board)
    stored = {"account": acme, "created_at": NOW, "updated_at": NOW}
    query = "SELECT '<script>alert(1)</script>'"
    TableQuery.objects.create(hash="a1", query=query, query_type="SELECT", timestamp=NOW, **stored).tables.add(table)
    check = {"external_id": "fresh", "name": "Is fresh", "source": "API", "status": "ALERT", "run_at": NOW}
    QualityCheck.objects.create(table=table, **check, **stored)
    SourceUser.objects.create(source=board.source, external_id="ada", user=ada, **stored)
    PinnedAsset.objects.create(from_table=table, to_dashboard=board, **stored)
    DataProduct.objects.create(table=table, **stored)
    Team.objects.create(name="Finance", **stored).members.add(ada)
    put_off(acme, [(SearchDue.What.ASSET, "table", table.pk)], now=NOW)
    return table


def test_the_admin_shows_what_the_catalog_knows():
    assert len(SHOWN) == 15


@pytest.mark.parametrize("model", LOOKED_AT, ids=lambda model: model.__name__)
def test_operators_look_at_rows_and_change_nothing(signed_in, olga, rows, model):
    client, row = signed_in(olga), model._default_manager.first()
    assert client.get(address(model)).status_code == 200
    assert client.get(f"{address(model)}{row.pk}/change/").status_code == 200
    assert client.post(f"{address(model)}{row.pk}/change/", {"name": "x"}).status_code == 403
    assert client.post(f"{address(model)}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{address(model)}add/").status_code == 403


@pytest.mark.parametrize("model", LOOKED_AT, ids=lambda model: model.__name__)
def test_nobody_else_looks(signed_in, ada, rows, model):
    assert signed_in(ada).get(address(model)).status_code == 403


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_lists_count_no_further_than_they_lead(signed_in, olga, rows, model, django_assert_num_queries):
    client = signed_in(olga)
    with django_assert_num_queries(4) as captured:  # session, person, count, page
        client.get(address(model))
    assert f"LIMIT {admin.MAX_ROWS_LISTED}" in captured[2]["sql"]


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_an_id_leads_to_its_row_and_no_filter_lists_rows(signed_in, olga, rows, model):
    row, client = model.objects.first(), signed_in(olga)
    assert list(client.get(f"{address(model)}?q={row.pk}").context["cl"].result_list) == [row]
    assert not any(isinstance(one, django_admin.RelatedFieldListFilter) for one in model_admin(model).list_filter)


def model_admin(model):
    return site._registry[model]


@pytest.mark.parametrize(("query", "count"), [("ORDERS", 1), ("nowhere", 0)])
def test_tables_are_found_by_their_path(signed_in, olga, rows, query, count):
    found = signed_in(olga).get(f"/admin/catalog/table/?q={query}").context["cl"].result_list
    assert len(found) == count


def test_lineage_is_found_by_either_side_and_never_by_a_text(signed_in, olga, rows):
    client = signed_in(olga)
    assert len(client.get(f"/admin/catalog/lineage/?q={rows.pk}").context["cl"].result_list) == 1
    assert len(client.get("/admin/catalog/lineage/?q=orders").context["cl"].result_list) == 0


def test_the_text_of_a_query_is_only_text(signed_in, olga, rows):
    page = signed_in(olga).get(f"/admin/catalog/tablequery/{TableQuery.objects.get().pk}/change/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
