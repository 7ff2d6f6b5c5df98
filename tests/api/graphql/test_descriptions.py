"""The schema speaks: each of its parts has one plain sentence, in the explorer and for programs that choose tools."""

import re

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, is_specified_scalar_type

from accounts.rules import LENGTHS, MAX_PEOPLE, TEAM_NAME_LENGTH
from api.graphql import phrases
from api.graphql.checks import MAX_IDS_OF, MAX_SEARCH_LENGTH, MAX_SORTINGS
from api.graphql.descriptions import Described, of_class, of_docstring, of_resolver, operations, parts_of
from api.graphql.limits import MAX_IDS
from api.graphql.relations import RELATIONS
from api.graphql.scalars import YEARS
from api.graphql.schema import public
from assistant.rules import MAX_DELAY, MAX_EXTERNAL_ID, MAX_QUESTION
from catalog.index.entries import MAX_QUERIES
from catalog.models.knowledge import LABEL_LENGTH
from catalog.models.rows import HIGHEST_POPULARITY, NAME_LENGTH, TEXT_LENGTH, URL_LENGTH
from catalog.models.warehouse import PLACE_DESCRIPTION_LENGTH
from catalog.queries.paging import DEFAULT_ROWS_PER_PAGE, MAX_ROWS_PER_PAGE
from catalog.rules import usage
from catalog.rules.batches import MAX_ROWS
from catalog.rules.documentation import MAX_MARKDOWN_LENGTH
from catalog.rules.usage import MAX_QUESTION_WORDS
from catalog.services.term_tree import MAX_TERM_DEPTH

KINDS = [kind for kind in public.type_map.values() if not is_specified_scalar_type(kind) and kind.name[:2] != "__"]
CLASSES = [kind for kind in KINDS if isinstance(kind, GraphQLEnumType | GraphQLInputObjectType | GraphQLObjectType)]
SMALL = {"a", "an", "are", "in", "is", "it", "its", "of", "that", "the", "this", "which"}


def sentences():
    """What each part says of itself: {"Table": …, "Table.popularity": …, "getTables(scope)": …}."""
    said = {kind.name: kind.description for kind in KINDS}
    for kind in CLASSES:
        said |= {f"{kind.name}.{name}": part.description for name, part in parts_of(kind).items()}
    for operation, field in operations(public).items():
        said |= {f"{operation}({name})": argument.description for name, argument in field.args.items()}
    return said


def words(text):
    """In lower case, those of sourceTechnology and of SOURCE_TECHNOLOGY as well."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", text)}


FAULTS = {
    "missing": lambda _place, text: not text,
    "the name again": lambda place, text: words(text) <= words(place) | SMALL,
    "longer than 200 characters": lambda _place, text: len(text) > 200,
    "on two lines": lambda _place, text: "\n" in text,
    "no whole sentence": lambda _place, text: not re.match(r"[A-Z0-9][^\n]*[^.]\.$", text),
    "more than one sentence": lambda _place, text: re.search(r"[.!?] ", text),
    "Markdown": lambda _place, text: re.search(r"[`*]|\]\(|^\W|<\w|\b_\w+_\b", text),
    "a research mark": lambda _place, text: re.search(r"\((?:[HML]|\?)\W|\b[Ww]e do\b", f"{text} "),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_sentence_is(fault):
    assert not {place: text for place, text in sentences().items() if FAULTS[fault](place, text or "")}


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("missing", ""),
        ("the name again", "The popularity of this table."),
        ("longer than 200 characters", f"{'How much it is used ' * 10}."),
        ("on two lines", "How much\nit is used."),
        ("no whole sentence", "how much it is used"),
        ("more than one sentence", "How much it is used. Null when that is not known."),
        ("Markdown", "How much it is used, as `Int`."),
        ("a research mark", "How much it is used (H, seen in a client)."),
    ],
)
def test_a_sentence_is_refused_that_is(fault, text):
    assert FAULTS[fault]("Table.popularity", text)


def test_docstrings_speak_of_no_part_that_is_not_there():
    of_classes = {(kind.name, name) for kind in CLASSES for name in of_class(kind).parts.keys() - parts_of(kind).keys()}
    fields = operations(public).items()
    assert not of_classes | {
        (name, part) for name, field in fields for part in of_resolver(field).parts.keys() - field.args
    }


def test_every_phrase_is_of_a_part_that_is_there():
    there = {name for kind in CLASSES for name in parts_of(kind)}
    there |= {name for field in operations(public).values() for name in field.args}
    tables = (phrases.ANSWERED, phrases.ARGUMENTS, phrases.CHANGED, phrases.SENT, phrases.SOUGHT, phrases.VALUES)
    assert not {name for table in tables for name in table} - there


def test_a_docstring_is_read_by_its_lines():
    text = """Who says so.

    AUTOMATIC: Catalog found it, as far
        as it knows.
    MANUAL, OPS: Somebody said so.
    """
    said = "Somebody said so."
    parts = {"AUTOMATIC": "Catalog found it, as far as it knows.", "MANUAL": said, "OPS": said}
    assert of_docstring(text) == Described("Who says so.", parts)


def test_what_all_pages_have_is_said_by_the_class_above_them():
    assert "totalCount" in of_class(public.type_map["GetTablesOutput"]).parts


def test_an_operation_that_gives_relations_says_so():
    speaking = {name for name, field in operations(public).items() if "may give" in field.description}
    assert speaking == set(RELATIONS)


def test_an_operation_names_only_relations_that_it_gives():
    named = {
        name: re.search(r"may give the relations? (.+)\.", field.description)
        for name, field in operations(public).items()
    }
    paths = {(name, path) for name, found in named.items() if found for path in re.split(r", | and ", found[1])}
    assert not {(name, path) for name, path in paths if path not in RELATIONS[name]}


def test_limits_are_those_of_the_code():
    limits = {
        MAX_ROWS,
        MAX_IDS,
        MAX_SORTINGS,
        MAX_SEARCH_LENGTH,
        *MAX_IDS_OF.values(),
        MAX_DELAY,
        MAX_EXTERNAL_ID,
        MAX_QUESTION + 1,
    }
    limits |= {DEFAULT_ROWS_PER_PAGE, MAX_ROWS_PER_PAGE, HIGHEST_POPULARITY, MAX_TERM_DEPTH, YEARS[0], YEARS[-1]}
    limits |= {NAME_LENGTH, TEXT_LENGTH, URL_LENGTH, LABEL_LENGTH, PLACE_DESCRIPTION_LENGTH, MAX_MARKDOWN_LENGTH}
    limits |= {TEAM_NAME_LENGTH, *LENGTHS.values(), MAX_PEOPLE}
    limits |= {MAX_QUESTION_WORDS, usage.MAX_QUESTION_LENGTH, MAX_QUERIES}
    found = {number for text in sentences().values() for number in re.findall(r"(?<![\w.])\d[\d,]*\d", text)}
    assert {int(number.replace(",", "")) for number in found} <= limits | {8601, 1970, 32}
