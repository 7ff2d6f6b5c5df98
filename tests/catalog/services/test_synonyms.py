"""Words that mean the same to an account."""

from typing import Any

import pytest

from accounts.models import AuditEntry
from catalog.errors import InvalidInput, NotFound
from catalog.models import Synonym
from catalog.models.assets import AssetKind
from catalog.queries.search import find
from catalog.services import synonyms
from catalog.services.synonyms import add_synonym, remove_synonym
from tests.catalog.factories import TermFactory, a_table
from tests.catalog.keeping import index_all
from tests.factories import NOW

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"by": None, "now": NOW}


def add(account, word, other):
    return add_synonym(account, row={"word": word, "other": other}, **BY)


def first(account, question):
    hits = find(account, question)
    return (hits.items[0].id if hits.items else None), hits.evidence, hits.unknown


@pytest.fixture
def churn(acme):
    table = a_table(acme, "lake.sales.customer_attrition", description_raw="Customers who left.")
    a_table(acme, "lake.sales.orders", description_raw="What was bought.")
    index_all()
    return table


@pytest.mark.parametrize(("word", "other"), [("moonwalkers", "attrition"), ("attrition", "Moonwalker")])
def test_a_synonym_is_found_at_the_next_question_in_both_directions(acme, churn, word, other):
    assert first(acme, "moonwalkers") == (None, 0.0, ["moonwalkers"])
    add(acme, word, other)
    assert first(acme, "moonwalkers") == (churn.pk, 1.0, [])
    remove_synonym(acme, Synonym.objects.get().pk, **BY)
    assert first(acme, "moonwalkers")[0] is None


def test_a_phrase_is_a_synonym_of_a_word_and_a_word_of_a_phrase(acme, churn):
    add(acme, "people who walked away", "customer attrition")
    assert first(acme, "how many people walked away?")[:2] == (churn.pk, 1.0)
    term = TermFactory.create(account=acme, name="CLV")
    index_all()
    add(acme, "customer lifetime value", "clv")
    assert first(acme, "the customer lifetime value") == (term.pk, 1.0, [])


def test_a_synonym_weighs_as_much_as_the_word(acme, churn):
    add(acme, "moonwalkers", "attrition")
    asked, meant = (find(acme, text, kinds=[AssetKind.TABLE]).items[0].score for text in ("moonwalkers", "attrition"))
    assert asked == meant


def test_synonyms_are_the_accounts_own(acme, umbrella, churn):
    a_table(umbrella, "lake.sales.customer_attrition")
    index_all()
    synonym = add(acme, "moonwalkers", "attrition")
    assert first(umbrella, "moonwalkers")[0] is None
    with pytest.raises(NotFound):
        remove_synonym(umbrella, synonym.pk, **BY)
    assert Synonym.objects.count() == 1


def test_what_is_the_same_already_is_not_written_twice(acme):
    synonym = add(acme, "  Churned   users ", "attrition")
    assert (synonym.word, synonym.other) == ("Churned users", "attrition")
    assert add(acme, "attrition", "churned user") == synonym
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("", "orders"),
        ("orders", "   "),
        ("!!", "orders"),
        ("x" * 101, "orders"),
        ("orders", "Order"),
        ("orders", "a gross net revenue report total"),
    ],
)
def test_what_the_search_could_not_use_is_refused(acme, word, other):
    with pytest.raises(InvalidInput):
        add(acme, word, other)
    assert (Synonym.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_an_account_has_only_so_many(acme, monkeypatch):
    monkeypatch.setattr(synonyms, "MAX_SYNONYMS", 2)
    for number in ("one", "two"):
        add(acme, f"word {number}", "orders")
    with pytest.raises(InvalidInput, match="at most 2"):
        add(acme, "third", "orders")


def test_each_act_is_in_the_log(acme):
    synonym = add(acme, "moonwalkers", "attrition")
    remove_synonym(acme, synonym.pk, **BY)
    entries = AuditEntry.objects.filter(account=acme).order_by("id")
    assert list(entries.values_list("operation", "kind", "count", "detail")) == [
        ("add_synonym", "synonym", 1, "moonwalkers = attrition"),
        ("remove_synonym", "synonym", 1, "moonwalkers = attrition"),
    ]


@pytest.mark.parametrize("pk", [0, -1, 12, 2**63, 10**30])
def test_one_that_is_not_there_cannot_be_removed(acme, pk):
    with pytest.raises(NotFound):
        remove_synonym(acme, pk, **BY)
