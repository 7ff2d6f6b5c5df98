import pytest

from catalog.models import Tag, Term
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import TagFactory, TermFactory

ANSWER = "{ name description parentTermId depthLevel }"
NEW = {"name": "Churn", "description": "# Churn"}


@pytest.fixture
def term(acme):
    return TermFactory.create(account=acme, name="Metrics")


def test_a_new_term_is_a_root_or_in_another(writer, term):
    root = NEW | {"parentTermId": None, "depthLevel": 0}
    assert mutate(writer, "createTerm", NEW, ANSWER) == root
    below = {"parentTermId": str(term.pk)}
    assert mutate(writer, "createTerm", NEW | below, ANSWER) == root | below | {"depthLevel": 1}


def test_null_moves_a_term_to_the_top_and_unlinks_it(acme, writer, term):
    child = TermFactory.create(parent_term=term)
    TagFactory.create(account=acme, linked_term=child)
    mutate(writer, "updateTerm", {"id": str(child.pk), "name": "Net churn"})
    assert (Term.objects.get(pk=child.pk).parent_term, Tag.objects.get().linked_term) == (term, child)
    data = {"id": str(child.pk), "parentTermId": None, "linkedTagId": None}
    answer = mutate(writer, "updateTerm", data, ANSWER)
    assert answer == {"name": "Net churn", "description": "", "parentTermId": None, "depthLevel": 0}
    assert Tag.objects.get().linked_term is None


def test_the_description_of_a_term_of_a_source_is_refused_as_by_the_other_mutation(acme, writer, term):
    kept = TermFactory.create(account=acme, external_id="notion-1", description_raw="from there")
    for operation, rows in (
        ("updateTerm", {"id": str(kept.pk), "description": "mine", "parentTermId": str(term.pk)}),
        ("updateTermsDocumentation", [{"id": str(kept.pk), "descriptionMarkdown": "mine"}]),
    ):
        status, code, sentence = refusal(writer, operation, rows)
        assert (status, code, sentence) == (200, "FORBIDDEN", f"Term kept in its source: {kept.pk}")
    assert Term.objects.get(pk=kept.pk).parent_term is None
    mutate(writer, "updateTerm", {"id": str(kept.pk), "parentTermId": str(term.pk)})
    assert Term.objects.get(pk=kept.pk).description_raw == "from there"


def test_a_linked_tag_leaves_its_former_term(acme, writer, term):
    tag = TagFactory.create(account=acme, linked_term=term)
    made = mutate(writer, "createTerm", NEW | {"linkedTagId": str(tag.pk)})
    assert str(Tag.objects.get().linked_term_id) == made["id"]
    mutate(writer, "updateTerm", {"id": str(term.pk), "linkedTagId": str(tag.pk)})
    assert Tag.objects.get().linked_term == term


def test_the_answer_names_the_tag_that_is_linked_now(acme, writer):
    tag = TagFactory.create(account=acme, label="churn")
    linked = mutate(writer, "createTerm", NEW | {"linkedTagId": str(tag.pk)}, "{ id linkedTag { label } }")
    assert linked["linkedTag"] == {"label": "churn"}
    change = {"id": linked["id"], "linkedTagId": None}
    assert mutate(writer, "updateTerm", change, "{ linkedTag { label } }") == {"linkedTag": None}


def test_a_term_does_not_move_into_itself(writer, term):
    child = TermFactory.create(parent_term=term)
    data = {"id": str(term.pk), "parentTermId": str(child.pk)}
    assert refusal(writer, "updateTerm", data)[:2] == (200, "BAD_USER_INPUT")


def test_what_lies_in_a_deleted_term_moves_up(writer, term):
    child = TermFactory.create(parent_term=term)
    assert mutate(writer, "deleteTerm", {"id": str(term.pk)}, "") is True
    assert (Term.objects.get(), Term.objects.get().depth_level) == (child, 0)
    assert refusal(writer, "deleteTerm", {"id": str(term.pk)}, "")[:2] == (200, "NOT_FOUND")


@pytest.mark.parametrize("odd", [{"name": " "}, {"name": "a" * 501}, {"description": ""}])
def test_odd_terms_are_refused(writer, odd):
    assert refusal(writer, "createTerm", NEW | odd)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, "updateTerm", {"id": UNKNOWN} | odd)[:2] == (400, "BAD_USER_INPUT")


def test_null_is_no_name(writer, term):
    assert refusal(writer, "updateTerm", {"id": str(term.pk), "name": None})[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(("operation", "answer"), [("updateTerm", "{ id }"), ("deleteTerm", "")])
def test_another_accounts_terms_are_unknown(stranger, term, operation, answer):
    for pk in (str(term.pk), UNKNOWN):
        assert refusal(stranger, operation, {"id": pk}, answer) == (200, "NOT_FOUND", f"Term not found: {pk}")
    assert Term.objects.get().name == "Metrics"


@pytest.mark.parametrize(("field", "kind"), [("parentTermId", "Term"), ("linkedTagId", "Tag")])
def test_another_accounts_parents_and_tags_are_unknown(acme, stranger, term, field, kind):
    theirs = term if kind == "Term" else TagFactory.create(account=acme)
    for pk in (str(theirs.pk), UNKNOWN):
        assert refusal(stranger, "createTerm", NEW | {field: pk}) == (200, "NOT_FOUND", f"{kind} not found: {pk}")
    assert Term.objects.count() == 1
