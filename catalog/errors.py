"""What can go wrong with the catalog, for doors to translate."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


class CatalogError(Exception):
    """Root of this app's errors; the text is a sentence for the caller, who may be told all of it."""

    code = "catalog_error"


class InvalidInput(CatalogError):
    """What was sent cannot be stored: too long, in conflict with another row, outside of a closed list."""

    code = "invalid_input"


class NotFound(CatalogError):
    """There is no such row in the caller's account; a row of another account is unknown in the same words."""

    code = "not_found"

    def __init__(self, kind: str, ids: object) -> None:
        super().__init__(f"{kind} not found: {ids}")


class NotEditable(CatalogError):
    """The row is there, and programs may not change it."""

    code = "not_editable"


class UnknownReference(NotFound):
    """No asset or tag that the caller can see is called so.

    `kind` says what was looked for: table, table or column, tag. `similar` are at most three paths, or labels.
    """

    def __init__(self, kind: str, reference: str, similar: Sequence[str] = ()) -> None:
        super().__init__(kind.capitalize(), reference)
        self.kind, self.reference, self.similar = kind, reference, list(similar)


class AmbiguousReference(CatalogError):
    """Several assets are called so: `number` of them, or more; `candidates` are id and path of the first ten."""

    code = "ambiguous"

    def __init__(self, kind: str, reference: str, candidates: Sequence[tuple[UUID, str]]) -> None:
        super().__init__(f"{reference} is the name of {len(candidates)} {kind}s.")
        self.kind, self.reference, self.number = kind, reference, len(candidates)
        self.candidates = list(candidates)[:10]


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text that is stored: of which asset, how long, in which version (`catalog.rules.versions`; empty: no text)."""

    id: UUID
    characters: int
    version: str
    expected: str  # the version that the caller named


class StoredTextError(CatalogError):
    """Nothing was written, because of these texts, in the order of the rows that were sent."""

    def __init__(self, sentence: str, texts: Sequence[StoredText]) -> None:
        super().__init__(sentence)
        self.texts = list(texts)


class TextExists(StoredTextError):
    """These have a text already, which the caller did not name by its version."""

    code = "text_exists"


class TextChanged(StoredTextError):
    """These have another text than the version that the caller named: it was changed, or taken away."""

    code = "text_changed"


class TermExists(CatalogError):
    """There is a term of this name: `id` and `name` as it is stored."""

    code = "term_exists"

    def __init__(self, pk: UUID, name: str) -> None:
        super().__init__(f"There is a term of that name: {name} ({pk}).")
        self.id, self.name = pk, name
