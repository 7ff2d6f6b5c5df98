"""Limits on the size and shape of a call, checked before it is validated, in time linear in its text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from api.graphql.errors import SYNTAX, Refused, refused
from catalog.rules.batches import MAX_ROWS
from tokens.scopes import Scope


@dataclass(frozen=True, slots=True)
class Room:
    """How long a document may be, in characters, and in words and signs."""

    characters: int
    tokens: int


# Whoever writes may put 500 rows with every column into the document. A query has no such need: ids go into variables.
ROOM = {Scope.READ_ONLY: Room(100_000, 3_000), Scope.READ_WRITE: Room(1_000_000, 20_000)}
MAX_DEFINITIONS = 50  # operations and fragments in a document
MAX_VARIABLES = 100  # that an operation declares
MAX_FIELDS = 500  # after the fragments are filled in; standard introspection has 60
MAX_ROOT_FIELDS = 10  # of an operation, repeats included
MAX_REPEATS = 100  # fields that say again what another one of their level says: each pair of them is compared
MAX_ALIASES = 50
MAX_AGAIN = 20_000  # fields of all rows that are asked for once more under another name; nobody needs one
MAX_DEPTH = 15  # the deepest relation needs 8, standard introspection 14
MAX_ARGUMENTS = 20  # of a field
MAX_COMMENTS = 1_000
MAX_IDS = 10_000  # and other values in the lists of a call together; lists that hold objects have MAX_ROWS


def check_length(text: str, room: Room) -> None:
    """Raises Refused for a document that is too long, before it is parsed."""
    if len(text) > room.characters:
        raise refused(
            f"The document has {len(text):,} characters: {room.characters:,} are allowed. Send values as variables."
        )


def parsed(text: str, room: Room) -> DocumentNode:
    """Raises Refused for what is no GraphQL, or has too many tokens, beyond which nothing is read."""
    try:
        return parse(text, max_lexical_tokens=room.tokens, max_comments=MAX_COMMENTS)
    except GraphQLSyntaxError as error:
        if f"contains more than {room.tokens} tokens" in error.message:
            sentence = f"The document has more than {room.tokens:,} words and signs: send values as variables."
            raise refused(sentence) from None
        raise Refused(error, code=SYNTAX) from None


def check_shape(document: DocumentNode) -> None:
    """Raises Refused for a document that is too deep or too wide."""
    check("definitions", len(document.definitions), MAX_DEFINITIONS)
    shape = Shape(document)
    try:
        for definition in document.definitions:
            if isinstance(definition, ExecutableDefinitionNode):  # a fragment that nothing uses is validated as well
                check_definition(definition, shape)
    except RecursionError:
        raise refused(f"The query has too many levels: {MAX_DEPTH} are allowed.") from None


def check_definition(definition: ExecutableDefinitionNode, shape: "Shape") -> None:
    size = shape.measure(definition.selection_set)
    check("levels", size.depth, MAX_DEPTH)
    check("aliases", size.aliases, MAX_ALIASES)
    check("fields", size.fields, MAX_FIELDS)
    check("variables", len(definition.variable_definitions or ()), MAX_VARIABLES)
    if isinstance(definition, OperationDefinitionNode) and size.width > MAX_ROOT_FIELDS:
        raise refused(f"The operation asks {size.width} things: {MAX_ROOT_FIELDS} are allowed in one call.")
    check("repeated fields", shape.repeats([definition.selection_set]), MAX_REPEATS)
    check_lists(variable.default_value for variable in definition.variable_definitions or ())


def check(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise refused(f"The query has {count:,} {what}: {limit} are allowed.")


@dataclass(slots=True)
class Size:
    """Of selections: how deep, how many fields in all and at their own level, how many aliases."""

    depth: int = 0
    fields: int = 0
    width: int = 0
    aliases: int = 0

    def add(self, other: "Size") -> None:
        self.depth = max(self.depth, other.depth)
        self.fields += other.fields
        self.width += other.width
        self.aliases += other.aliases


class Shape:
    """Depth and width of a document. Each fragment is measured once, whether it is used or not."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.measured: dict[str, Size | None] = {}  # None while it is being measured

    def measure(self, selections: SelectionSetNode | None) -> Size:
        size = Size()
        for node in selections.selections if selections else ():
            match node:
                case FieldNode():
                    given = node.arguments or ()
                    check("arguments of a field", len(given), MAX_ARGUMENTS)
                    check_lists(argument.value for argument in given)
                    below = self.measure(node.selection_set)
                    size.add(Size(below.depth + 1, below.fields + 1, 1, below.aliases + (node.alias is not None)))
                case InlineFragmentNode():
                    size.add(self.measure(node.selection_set))
                case FragmentSpreadNode():
                    size.add(self.of_fragment(node.name.value))
        return size

    def of_fragment(self, name: str) -> Size:
        if name not in self.measured:
            self.measured[name] = None
            fragment = self.fragments.get(name)
            # One that is unknown counts as a field, or spreads that multiply and end in it would count as nothing.
            self.measured[name] = self.measure(fragment.selection_set) if fragment else Size(fields=1)
        if (size := self.measured[name]) is None:
            raise refused(f'The fragment "{name}" spreads itself.', code=SYNTAX)
        return size

    def repeats(self, levels: Iterable[SelectionSetNode]) -> int:
        """How many fields have the name of another one of the same level, for which there is one answer.

        Only of what was measured: it is as long as its fragments filled in.
        """
        count, below = 0, dict[str, list[SelectionSetNode]]()
        for field in self.level(levels):
            name = (field.alias or field.name).value
            count += name in below
            below.setdefault(name, []).extend([field.selection_set] if field.selection_set else [])
        return count + sum(self.repeats(inner) for inner in below.values() if inner)

    def level(self, levels: Iterable[SelectionSetNode]) -> Iterator[FieldNode]:
        for node in (node for selections in levels for node in selections.selections):
            match node:
                case FieldNode():
                    yield node
                case InlineFragmentNode():
                    yield from self.level([node.selection_set])
                case FragmentSpreadNode() if fragment := self.fragments.get(node.name.value):
                    yield from self.level([fragment.selection_set])


def check_lists(values: Iterable[Any]) -> None:
    """Count rows and ids, in a document or in its variables, before they are coerced. Raises Refused."""
    ids, waiting = 0, list(values)
    while waiting:
        items: Iterable[Any] = ()
        match waiting.pop():
            case ListValueNode(values=items) | list(items):
                rows = sum(isinstance(item, ObjectValueNode | dict) for item in items)
                if rows > MAX_ROWS:
                    raise refused(f"A list has {rows:,} rows: a call takes {MAX_ROWS}.")
                ids += len(items) - rows
            case ObjectValueNode(fields=fields):
                items = [field.value for field in fields or ()]
            case dict() as mapping:
                items = mapping.values()
        waiting.extend(item for item in items if isinstance(item, Node | list | dict))
    if ids > MAX_IDS:
        raise refused(f"The lists of the call have {ids:,} values: {MAX_IDS:,} are possible.")


def check_variables(variables: Mapping[str, Any]) -> None:
    """Raises Refused for more rows or ids than a call takes."""
    check_lists(variables.values())


def check_again(count: int) -> None:
    """Raises Refused when fields that come twice, under two names, make a page much larger than all that it has."""
    if count > MAX_AGAIN:
        raise refused(
            f"Fields that are asked for more than once under other names would be {count:,} in all rows: "
            f"{MAX_AGAIN:,} are possible."
        )
