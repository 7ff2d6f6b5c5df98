"""What can go wrong with an upload, for doors, commands and reports to translate.

IngestionError
    Unusable      a file that cannot be read as what it is named
"""


class IngestionError(Exception):
    """Root of this app's errors; the text is a sentence for the caller, who may be told all of it."""

    code = "ingestion_error"


class Unusable(IngestionError):
    """A file that cannot be used at all: nothing of it is imported.

    `row` and `line` say where it went wrong, None if nowhere in particular; the sentence names them too.
    """

    code = "unusable_file"

    def __init__(self, sentence: str, *, row: int | None = None, line: int | None = None) -> None:
        super().__init__(sentence)
        self.row, self.line = row, line
