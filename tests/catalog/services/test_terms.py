from datetime import timedelta

import pytest

from accounts.models import Team
from catalog.errors import InvalidInput, NotFound, TermExists
from catalog.ids import uuid7
from catalog.models import DataProduct, OwnerEntity, PinnedAsset, Tag, TagEntity, TeamOwnerEntity, Term
from catalog.services import knowledge as terms
from catalog.services.term_tree import MAX_TERM_DEPTH
from tests.catalog.factories import TableFactory, TagFactory, TermFactory, tagged
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


def create(account, **given):
    return terms.create_term(account, row={"name": "Churn", "description": "# Churn"} | given, by=None, now=NOW)


def update(term, **given):
    return terms.update_term(term.account, row={"id": str(term.pk)} | given, by=None, now=LATER)


def delete(term):
    terms.delete_term(term.account, row={"id": str(term.pk)}, by=None, now=LATER)


def chain(account, length):
    """Terms, each in the one before it."""
    made = [TermFactory.create(account=account)]
    while len(made) < length:
        made.append(TermFactory.create(parent_term=made[-1]))
    return made


def depths(*found):
    return [Term.objects.get(pk=term.pk).depth_level for term in found]


def tag_of(term):
    return Tag.objects.filter(linked_term=term).first()


@pytest.mark.parametrize("given", [{}, {"parent_term_id": None, "linked_tag_id": None}])
def test_a_new_term_is_a_root(acme, given):
    term = Term.objects.get(pk=create(acme, **given).pk)
    assert (term.name, term.description_raw, term.description, term.account) == ("Churn", "# Churn", "# Churn", acme)
    assert (term.depth_level, term.parent_term, term.last_edited_at, tag_of(term)) == (0, None, NOW, None)


def test_a_new_term_lies_in_its_parent_and_takes_the_tag(acme):
    parent = chain(acme, 2)[1]
    tag = TagFactory.create(account=acme, linked_term=parent)
    term = create(acme, parent_term_id=str(parent.pk), linked_tag_id=str(tag.pk))
    assert (term.depth_level, term.parent_term, tag_of(term), tag_of(parent)) == (2, parent, tag, None)


def test_only_what_was_given_changes(acme):
    parent, term = chain(acme, 2)
    tag = TagFactory.create(account=acme, linked_term=term)
    Term.objects.update(description_raw="Old", description_state_lexical={}, external_description="Theirs")
    update(term, name="Net churn")
    term.refresh_from_db()
    assert (term.name, term.description_raw, term.description_state_lexical) == ("Net churn", "Old", {})
    assert (term.parent_term, tag_of(term), term.last_edited_at, term.updated_at) == (parent, tag, LATER, LATER)
    update(term, description="New")
    term.refresh_from_db()
    assert (term.name, term.description, term.description_state_lexical) == ("Net churn", "New", None)


def test_nothing_given_is_no_edit(acme):
    (term,) = chain(acme, 1)
    assert (update(term), Term.objects.get().updated_at, Term.objects.get().last_edited_at) == (term, NOW, None)


def test_all_that_lies_in_a_term_moves_with_it(acme):
    root, term, child, grandchild = chain(acme, 4)
    other = TermFactory.create(parent_term=child)
    bystander = TermFactory.create(parent_term=root)
    assert update(term, parent_term_id=None).parent_term is None
    assert depths(term, child, grandchild, other, bystander) == [0, 1, 2, 2, 1]
    update(term, parent_term_id=str(bystander.pk))
    assert depths(term, child, grandchild, other) == [2, 3, 4, 4]


@pytest.mark.parametrize("below", [0, 1, 2])
def test_no_term_lies_in_itself(acme, below):
    found = chain(acme, 3)
    with pytest.raises(InvalidInput, match="cannot lie in itself"):
        update(found[0], parent_term_id=str(found[below].pk), name="Moved")
    assert Term.objects.get(pk=found[0].pk).name != "Moved"


def test_terms_lie_no_deeper_than_a_query_each_can_bear(acme):
    found = chain(acme, MAX_TERM_DEPTH + 1)
    with pytest.raises(InvalidInput, match="at most 100 levels"):
        create(acme, parent_term_id=str(found[-1].pk))
    with pytest.raises(InvalidInput, match="at most 100 levels"):
        update(found[0], parent_term_id=str(TermFactory.create(account=acme).pk))
    assert depths(found[-1]) == [MAX_TERM_DEPTH]


@pytest.mark.parametrize("given", [{"name": None}, {"name": " "}, {"description": None}, {"description": ""}])
def test_name_and_description_are_texts(acme, given):
    (term,) = chain(acme, 1)
    with pytest.raises(InvalidInput, match="may not be empty"):
        update(term, **given)


def test_a_linked_tag_leaves_its_former_term_and_the_term_its_former_tag(acme):
    term, other = TermFactory.create_batch(2, account=acme)
    theirs, own = TagFactory.create(account=acme, linked_term=other), TagFactory.create(account=acme, linked_term=term)
    update(term, linked_tag_id=str(theirs.pk))
    assert (tag_of(term), tag_of(other)) == (theirs, None)
    own.refresh_from_db()
    assert (own.linked_term, own.updated_at) == (None, LATER)


def test_none_unlinks_the_tag(acme):
    (term,) = chain(acme, 1)
    TagFactory.create(account=acme, linked_term=term)
    update(term, linked_tag_id=None)
    assert (tag_of(term), Tag.objects.count()) == (None, 1)


def test_a_deleted_term_leaves_its_children_to_its_parent(acme):
    root, term, child, grandchild = chain(acme, 4)
    delete(term)
    assert (Term.objects.get(pk=child.pk).parent_term, depths(child, grandchild)) == (root, [1, 2])
    delete(root)
    assert (Term.objects.get(pk=child.pk).parent_term, depths(child, grandchild)) == (None, [0, 1])
    with pytest.raises(NotFound, match=f"Term not found: {root.pk}"):
        delete(root)


def say_all_of(term, user):
    """A row of each kind that points to the term."""
    stored = {"account": term.account, "created_at": NOW, "updated_at": NOW}
    team = Team.objects.create(**stored, name="Data")
    table = TableFactory.create(schema__database__source__account=term.account)
    tagged(term, TagFactory.create(account=term.account, linked_term=term))
    OwnerEntity.objects.create(**stored, term=term, user=user)
    TeamOwnerEntity.objects.create(**stored, term=term, team=team)
    PinnedAsset.objects.create(**stored, from_term=term, to_table=table)
    PinnedAsset.objects.create(**stored, from_table=table, to_term=term)
    DataProduct.objects.create(**stored, term=term)


def test_a_deleted_term_takes_along_what_was_said_of_it(acme, carol):
    (term,) = chain(acme, 1)
    say_all_of(term, carol)
    delete(term)
    for model in (Term, OwnerEntity, TeamOwnerEntity, PinnedAsset, DataProduct, TagEntity):
        assert not model.objects.exists()
    assert Tag.objects.get().linked_term is None


@pytest.mark.parametrize("field", ["parent_term_id", "linked_tag_id"])
def test_parents_and_tags_of_other_accounts_are_unknown(acme, umbrella, field):
    (term,) = chain(acme, 1)
    make, kind = (TermFactory, "Term") if field == "parent_term_id" else (TagFactory, "Tag")
    for unknown in (make.create(account=umbrella).pk, uuid7(), "no id"):
        for call in (lambda given: create(acme, **given), lambda given: update(term, name="Moved", **given)):
            with pytest.raises(NotFound, match=f"^{kind} not found: {unknown}$"):
                call({field: str(unknown)})
    assert not Term.objects.filter(name__in=("Churn", "Moved")).exists()


def test_another_accounts_term_is_as_unknown_as_one_that_never_was(acme, umbrella):
    (theirs,) = chain(umbrella, 1)
    for unknown in (theirs.pk, uuid7()):
        for call, name in ((terms.update_term, {"name": "Ours"}), (terms.delete_term, {})):
            with pytest.raises(NotFound, match=f"^Term not found: {unknown}$"):
                call(acme, row={"id": str(unknown), **name}, by=None, now=LATER)
    assert Term.objects.get().name == theirs.name


def test_a_move_takes_a_query_for_each_level_however_wide(acme, django_assert_max_num_queries):
    term = chain(acme, 2)[1]
    for child in TermFactory.create_batch(20, parent_term=term):
        TermFactory.create_batch(20, parent_term=child)
    with django_assert_max_num_queries(20):
        update(term, parent_term_id=None)
    with django_assert_max_num_queries(36):
        delete(term)
    assert Term.objects.filter(depth_level=1).count() == 400


@pytest.mark.parametrize("name", ["Net revenue", " net REVENUE ", "Éclair\t"])
def test_a_name_that_another_term_has_is_refused_to_whoever_wants_no_duplicate(acme, name):
    known = TermFactory.create(account=acme, name="\tÉCLAIR" if "clair" in name else "Net Revenue")
    with pytest.raises(TermExists) as refused:
        create_new(acme, name)
    assert (refused.value.id, refused.value.name) == (known.pk, known.name)
    assert Term.objects.get() == known


def test_a_name_is_new_when_only_others_have_it_or_a_part_of_it(acme, umbrella):
    TermFactory.create(account=umbrella, name="Net revenue")
    TermFactory.create(account=acme, name="Net revenue", deleted_at=NOW)
    TermFactory.create(account=acme, name="Net revenue of today")
    assert create_new(acme, "Net revenue").name == "Net revenue"


def test_whoever_does_not_mind_makes_a_second_term_of_a_name(acme):
    assert create(acme).name == create(acme).name


def create_new(account, name):
    row = {"name": name, "description": "Text"}
    return terms.create_term(account, row=row, by=None, now=NOW, allow_duplicate=False)
