"""Limits on the size and shape of a document, checked before it is validated, in time linear in its text."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    SelectionSetNode,
    parse,
)

from api.graphql.errors import SYNTAX, Refused, refused

MAX_LENGTH = 1_000_000  # characters of a document; long texts go into variables
MAX_TOKENS = 20_000  # 500 rows with every column, written into the document
MAX_DEFINITIONS = 50  # operations and fragments in a document
MAX_VARIABLES = 100  # that an operation declares
MAX_FIELDS = 500  # after the fragments are filled in; standard introspection has 60
MAX_ROOT_FIELDS = 10  # of the operation that is executed
MAX_ALIASES = 50
MAX_DEPTH = 15  # the deepest relation needs 8, standard introspection 14
MAX_COMMENTS = 1_000


def check_length(text: str) -> None:
    """Raises Refused for a document that is too long, before it is parsed."""
    if len(text) > MAX_LENGTH:
        raise refused(
            f"The document has {len(text):,} characters: {MAX_LENGTH:,} are allowed. Send the rows as variables."
        )


def parsed(text: str) -> DocumentNode:
    """Raises Refused for what is no GraphQL, or has more than MAX_TOKENS tokens, beyond which nothing is read."""
    try:
        return parse(text, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_COMMENTS)
    except GraphQLSyntaxError as error:
        if f"contains more than {MAX_TOKENS} tokens" in error.message:
            sentence = f"The document has more than {MAX_TOKENS:,} words and signs: send the rows as variables."
            raise refused(sentence) from None
        raise Refused(error, code=SYNTAX) from None


def check_shape(document: DocumentNode) -> None:
    """Raises Refused for a document that is too deep or too wide."""
    check("definitions", len(document.definitions), MAX_DEFINITIONS)
    shape = Shape(document)
    for definition in document.definitions:
        if isinstance(definition, ExecutableDefinitionNode):  # a fragment that nothing uses is validated as well
            depth, fields, aliases = shape.measure(definition.selection_set)
            check("levels", depth, MAX_DEPTH)
            check("aliases", aliases, MAX_ALIASES)
            check("fields", fields, MAX_FIELDS)
            check("variables", len(definition.variable_definitions or ()), MAX_VARIABLES)


def check(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise refused(f"The query has {count:,} {what}: {limit} are allowed.")


class Shape:
    """Depth and width of a document. Each fragment is measured once; one that spreads itself counts as empty there."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.measured: dict[str, tuple[int, int, int]] = {}

    def measure(self, selections: SelectionSetNode | None) -> tuple[int, int, int]:
        """How deep, how many fields, how many aliases."""
        depth = fields = aliases = 0
        for inner, more_fields, more_aliases in self.parts(selections):
            depth, fields, aliases = max(depth, inner), fields + more_fields, aliases + more_aliases
        return depth, fields, aliases

    def parts(self, selections: SelectionSetNode | None) -> Iterator[tuple[int, int, int]]:
        for node in selections.selections if selections else ():
            match node:
                case FieldNode():
                    depth, fields, aliases = self.measure(node.selection_set)
                    yield depth + 1, fields + 1, aliases + (node.alias is not None)
                case InlineFragmentNode():
                    yield self.measure(node.selection_set)
                case FragmentSpreadNode():
                    yield self.of_fragment(node.name.value)

    def of_fragment(self, name: str) -> tuple[int, int, int]:
        if name not in self.measured:
            self.measured[name] = (0, 0, 0)  # while it is being measured: it may spread itself
            fragment = self.fragments.get(name)
            self.measured[name] = self.measure(fragment.selection_set if fragment else None)
        return self.measured[name]
