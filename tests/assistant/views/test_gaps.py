"""Gaps: what stewards see of others' questions, and how they mend the catalog on the spot."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from assistant import gaps
from assistant.gaps import gaps_of
from catalog.index import writing as index
from catalog.models import Synonym, Term
from catalog.models.assets import AssetKind
from tests.assistant.asked import answered, asked
from tests.catalog.factories import a_table
from tests.factories import UserFactory
from tests.tokens.reading import text

pytestmark = pytest.mark.django_db

PAGE = "/ask/gaps/"
SYNONYM, TERM = f"{PAGE}synonym/", f"{PAGE}term/"


@pytest.fixture
def stella(acme):
    return UserFactory.create(email="stella@acme.test", account=acme, role=User.Role.STEWARD)


def unanswered(user, question, *unknown, **more):
    return answered(user, question, evidence=0.2, enough=False, unknown=list(unknown), **more)


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403), ("stella", 200), ("ada", 200)])
def test_stewards_and_administrators_alone_see_gaps(client, signed_in, request, who, stella, status):
    client = signed_in(request.getfixturevalue(who)) if who else client
    assert client.get(PAGE).status_code == status
    for address in (SYNONYM, TERM, f"{SYNONYM}1/remove/"):
        assert client.post(address).status_code in ({422, 302} if status == 200 else {status})


def test_questions_are_grouped_by_the_words_that_nobody_knows_without_names(signed_in, carol, eve, stella):
    unanswered(carol, "Our churn?", "churn")
    unanswered(carol, "Churn and ARPU?", "churn", "arpu")
    answered(carol, "Known and good")
    answered(carol, "Known but wrong", thumb=-1, thumb_note="the wrong one")
    asked(carol, "Waits")
    unanswered(eve, "Of another account", "churn")
    page = signed_in(stella).get(PAGE)
    assert [(gap.word, gap.count) for gap in page.context["gaps"]] == [("churn", 2), ("arpu", 1), ("", 1)]
    said = text(page)
    assert ("the wrong one" in said, "Carol" in said, carol.email in said, "another account" in said) == (
        True,
        False,
        False,
        False,
    )


def test_what_has_no_unknown_word_is_told_however_many_words_there_are(carol, acme, monkeypatch):
    monkeypatch.setattr(gaps, "MAX_GAPS", 2)
    answered(carol, "Known but wrong", thumb=-1)
    for word in ("churn", "arpu", "nps"):
        unanswered(carol, f"Our {word}?", word)
    assert [len(gap.word) > 0 for gap in gaps_of(acme)] == [True, True, False]


def test_a_synonym_closes_the_gap(signed_in, carol, acme, stella):
    index.refresh(acme, {AssetKind.TABLE: [a_table(acme, "shop.public.attrition").pk]}, now=timezone.now())
    unanswered(carol, "Our churn?", "churn")
    answer = signed_in(stella).post(SYNONYM, {"word": "churn", "other": "attrition"}, follow=True)
    assert Synonym.objects.get(account=acme).other == "attrition"
    assert ("“churn” and “attrition” mean the same" in text(answer), gaps_of(acme)) == (True, [])
    assert AuditEntry.objects.filter(account=acme, operation="add_synonym").exists()


def test_a_synonym_of_a_word_that_is_nowhere_either_closes_nothing(signed_in, carol, acme, stella):
    unanswered(carol, "Our churn?", "churn")
    signed_in(stella).post(SYNONYM, {"word": "churn", "other": "attrition"})
    assert [gap.word for gap in gaps_of(acme)] == ["churn"]


def test_a_term_closes_the_gap(signed_in, carol, acme, stella):
    unanswered(carol, "Our churn?", "churn")
    signed_in(stella).post(TERM, {"name": "Churn", "description": "Customers who left."})
    assert (Term.objects.get(account=acme).name, gaps_of(acme)) == ("Churn", [])


@pytest.mark.parametrize(
    ("address", "sent", "kept"),
    [
        (SYNONYM, {"word": "churn", "other": "churned"}, "churned"),
        (SYNONYM, {"word": "churn", "other": ""}, "churn"),
        (TERM, {"name": "churn", "description": "Those who left"}, "Those who left"),
        (TERM, {"name": "", "description": "Those who left"}, "Those who left"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_the_reason(signed_in, acme, stella, address, sent, kept):
    client = signed_in(stella)
    client.post(TERM, {"name": "Churn", "description": "There already."})
    answer = client.post(address, sent)
    assert (answer.status_code, kept in answer.content.decode()) == (422, True)
    assert "Nothing was changed." in text(answer)
    assert (Synonym.objects.count(), Term.objects.count()) == (0, 1)


def test_a_synonym_is_removed_but_not_another_accounts(signed_in, stella, eve):
    client = signed_in(stella)
    client.post(SYNONYM, {"word": "churn", "other": "attrition"})
    address = f"{SYNONYM}{Synonym.objects.get().pk}/remove/"
    signed_in(eve).post(address)
    assert Synonym.objects.exists()
    signed_in(stella).post(address)
    assert not Synonym.objects.exists()
    assert "removed already" in text(signed_in(stella).post(address, follow=True))
    assert signed_in(stella).post(f"{SYNONYM}99999999999999999999/remove/").status_code == 302


def test_without_gaps_the_page_says_so(signed_in, ada):
    assert "No gaps." in text(signed_in(ada).get(PAGE))


def test_the_page_costs_the_same_however_much_was_asked(signed_in, carol, stella, django_assert_max_num_queries):
    for number in range(30):
        unanswered(carol, f"Question {number}", f"word{number}")
    client = signed_in(stella)
    with django_assert_max_num_queries(10):
        assert client.get(PAGE).status_code == 200
