import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Account, Team, User
from catalog import seeding
from catalog.index.checking import differences
from catalog.management.commands import index_catalog
from catalog.models import Column, Dashboard, Lineage, SearchDue, SearchEntry, Table
from tests.catalog.factories import ColumnFactory, a_table
from tests.catalog.keeping import index_all
from tests.factories import NOW


def test_create_demo_prints_passwords_once(db, capsys):
    call_command("create_demo")
    first = capsys.readouterr().out
    call_command("create_demo")
    assert (first.count("password: "), capsys.readouterr().out) == (2, "")


def test_create_demo_fills_an_account_that_was_there_before_the_catalog(ada, olga, capsys):
    call_command("create_demo")
    assert (Table.objects.visible_to(ada.account).exists(), capsys.readouterr().out) == (True, "")


def test_colleagues_of_the_demo_have_no_password_yet(db):
    call_command("create_demo")
    colleagues = User.objects.exclude(email__in=["ada@acme.test", "olga@catalog.test"])
    assert [user.has_usable_password() for user in colleagues] == [False] * 4


def test_who_signs_in_to_the_demo_has_a_name(db):
    call_command("create_demo")
    signing_in = User.objects.filter(email__in=["ada@acme.test", "olga@catalog.test"]).order_by("email")
    assert [user.full_name for user in signing_in] == ["Ada Ngata", "Olga Brandt"]


def test_create_demo_says_what_is_in_its_way_and_leaves_nothing(ada, eve):
    User.objects.filter(pk=eve.pk).update(email="victor@acme.test")
    with pytest.raises(CommandError, match=r"victor@acme\.test is in use already"):
        call_command("create_demo")
    assert set(User.objects.all()) == {ada, eve}


def test_create_demo_says_that_a_team_of_the_account_is_called_the_same(acme):
    Team.objects.create(account=acme, name="Finance", created_at=NOW, updated_at=NOW)
    with pytest.raises(CommandError, match="One of these teams is there already"):
        call_command("create_demo")


def test_seed_catalog_says_whose_address_is_in_its_way(acme, eve):
    User.objects.filter(pk=eve.pk).update(email="person3@acme.test")
    with pytest.raises(CommandError, match=r"person3@acme\.test is in use already"):
        call_command("seed_catalog", tables=1, account="acme")
    assert not Table.objects.exists()


def test_seed_catalog_makes_an_account_with_so_many_tables(db, capsys):
    call_command("seed_catalog", tables=21, columns_per_table=3)
    account = Account.objects.get(slug="seed")
    found = [model.objects.visible_to(account).count() for model in (Table, Column, Dashboard)]
    assert found == [21, 63, 2]
    assert "Adding 21 tables with 3 columns each to seed." in capsys.readouterr().err


def test_seed_catalog_leaves_the_planner_to_know_how_much_there_is(db):
    call_command("seed_catalog", tables=2, columns_per_table=30)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Column._meta.db_table])
            assert cursor.fetchone() == (60,)


def test_seed_catalog_makes_all_of_it_found(acme):
    call_command("seed_catalog", tables=60, account="acme")  # more than one transaction indexes
    assert list(differences(acme)) == []
    assert not SearchDue.objects.exists()


def test_seed_catalog_goes_on_in_the_next_transaction(db, monkeypatch):
    monkeypatch.setattr(seeding, "TABLES_PER_TRANSACTION", 4)
    monkeypatch.setattr(seeding, "TABLES_PER_SCHEMA", 3)
    call_command("seed_catalog", tables=10, columns_per_table=1)
    assert Table.objects.filter(path__startswith="database_0.schema_3.").count() == 1
    assert Lineage.objects.exclude(child_table=None).count() == 2 * (2 + 2 + 0)


def test_seed_catalog_adds_to_a_catalog_when_told_to(acme):
    call_command("seed_catalog", tables=1, account="acme")
    with pytest.raises(CommandError, match="acme has a catalog already"):
        call_command("seed_catalog", tables=1, account="acme")
    call_command("seed_catalog", tables=1, account="acme", yes=True)
    assert Table.objects.visible_to(acme).count() == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tables": 0}, "--tables 1 or more"),
        ({"tables": 1, "columns_per_table": 0}, "--columns-per-table 1 to 1,000"),
        ({"tables": 1, "account": "No Slug"}, "no name for an account"),
    ],
)
def test_seed_catalog_refuses_odd_numbers_and_names(db, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("seed_catalog", **options)
    assert not Account.objects.exists()


def test_index_catalog_makes_the_index_and_checks_it(acme, capsys):
    table = a_table(acme, "lake.sales.orders")
    with pytest.raises(CommandError, match=r"^1 difference\. `manage.py index_catalog` mends the index\.$"):
        call_command("index_catalog", check=True)
    assert capsys.readouterr().err == f"acme: table {table.pk} is not in the index\n"
    call_command("index_catalog")
    call_command("index_catalog", check=True, account="acme")
    assert capsys.readouterr().out == ("acme: 1 assets were looked at.\nacme: the index says what the assets say.\n")


def test_index_catalog_tells_of_twenty_differences(acme, capsys):
    ColumnFactory.create_batch(21, table=a_table(acme, "lake.sales.orders"))
    with pytest.raises(CommandError, match="22 differences"):
        call_command("index_catalog", check=True)
    *_, last = lines = capsys.readouterr().err.splitlines()
    assert (len(lines), last) == (21, "acme: and 2 more")


def test_index_catalog_mends_what_somebody_wrote_by_hand(acme, umbrella):
    gone, other = a_table(acme, "lake.sales.orders"), a_table(umbrella, "lake.sales.orders")
    a_table(acme, "lake.sales.parcels")
    index_all()
    gone.delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_searchposting WHERE word = 'parcel'")
        cursor.execute("UPDATE catalog_searchposting SET impact = 7 WHERE word = 'lake'")
    assert len([*differences(acme), *differences(umbrella)]) == 3
    call_command("index_catalog")
    call_command("index_catalog", check=True)
    assert SearchEntry.objects.get(account=umbrella).asset == other.pk


def test_index_catalog_says_how_far_it_is(acme, capsys, monkeypatch):
    monkeypatch.setattr(index_catalog, "SECONDS_BETWEEN_LINES", 0.0)
    a_table(acme, "lake.sales.orders")
    call_command("index_catalog")
    assert capsys.readouterr().out.splitlines()[0] == "acme: 1 of 1 assets"


def test_index_catalog_knows_no_other_account(db):
    with pytest.raises(CommandError, match="no account 'nobody'"):
        call_command("index_catalog", account="nobody")
