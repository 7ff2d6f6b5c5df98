"""What can go wrong with the catalog, for doors to translate."""


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


class ChangedMeanwhile(CatalogError):
    """Somebody changed the text since it was shown to whoever writes it, so nothing was written (decision 0015)."""

    code = "changed_meanwhile"


class NotEditable(CatalogError):
    """The row is there, and programs may not change it."""

    code = "not_editable"
