"""What an operation selects, with its fragments filled in. What @skip leaves out counts as selected: to be safe."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
)

from api.graphql.relations import PLACE_OF_COLUMN

Fragments = dict[str, FragmentDefinitionNode]
PAGE_ROWS = "data"  # of a paged output: not a relation, and no part of a path
# Outputs that are no rows of the catalog: part of the answer that holds them, and no relation to be granted.
NOT_RELATIONS = {"TableInQueryOutput", "SearchQueryResultAuthor", "AssetWithInternalLink"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The operation that will be executed, its fields at the root, and the fragments of its document."""

    operation: OperationDefinitionNode
    fragments: Fragments
    roots: list[FieldNode]

    @classmethod
    def of(cls, operation: OperationDefinitionNode, document: DocumentNode) -> "Asked":
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        return cls(operation, fragments, list(fields(operation.selection_set, fragments)))

    @property
    def is_mutation(self) -> bool:
        return self.operation.operation is OperationType.MUTATION

    @property
    def is_of_schema(self) -> bool:
        """Whether it asks for nothing that is stored: everybody gets the same answer."""
        return not self.is_mutation and all(node.name.value.startswith("__") for node in self.roots)


def response_name(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def fields(selections: SelectionSetNode | None, fragments: Fragments) -> Iterator[FieldNode]:
    """The fields of one level; each fragment once."""
    seen: set[str] = set()
    waiting = [selections] if selections else []
    while waiting:
        for node in waiting.pop().selections:
            match node:
                case FieldNode():
                    yield node
                case InlineFragmentNode():
                    waiting.append(node.selection_set)
                case FragmentSpreadNode() if node.name.value not in seen:
                    seen.add(node.name.value)
                    waiting.append(fragments[node.name.value].selection_set)


def said_again(field: FieldNode, fragments: Fragments) -> int:
    """How many fields below this one are selected once more under another name: each is read and written again."""
    answers, names = set[tuple[str, ...]](), set[tuple[str, ...]]()
    waiting: list[tuple[FieldNode, tuple[str, ...], tuple[str, ...]]] = [(field, (), ())]
    while waiting:
        node, answer, name = waiting.pop()
        for inner in fields(node.selection_set, fragments):
            below = (inner, (*answer, response_name(inner)), (*name, inner.name.value))
            answers.add(below[1])
            names.add(below[2])
            waiting.append(below)
    return len(answers) - len(names)


def relations(
    schema: GraphQLSchema, kind: GraphQLObjectType, field: FieldNode, fragments: Fragments, path: str = ""
) -> Iterator[str]:
    """The paths of the relations below a field of this type, outer ones first: "schema", "schema.database".

    Among them the ids of a column's place, which are read by relations.
    """
    for node in fields(field.selection_set, fragments):
        definition = kind.fields.get(node.name.value)
        inner = get_named_type(definition.type) if definition else None
        if kind.name == "Column" and node.name.value in PLACE_OF_COLUMN:
            yield f"{path}{node.name.value}"
        if not isinstance(inner, GraphQLObjectType) or inner.name in NOT_RELATIONS:
            continue
        if node.name.value == PAGE_ROWS:
            yield from relations(schema, inner, node, fragments, path)
            continue
        here = f"{path}{node.name.value}"
        yield here
        yield from relations(schema, inner, node, fragments, f"{here}.")
