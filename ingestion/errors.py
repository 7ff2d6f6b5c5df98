"""What can go wrong with an upload, for doors, commands and reports to translate.

IngestionError
    Unusable            a file that cannot be read as what it is named
    NoImporter          a file that nothing here reads: it is stored, and that is all
    UploadRefused       an upload that is not taken: nothing of it is stored
        UnknownSource
        UnusableUpload  its name, or how it was sent
        UploadTooLarge
        NoSpace
        PathTaken
    UnknownBatch        no import of this account
    NotPossible         an import is in another state than it would have to be
    LeaseLost           another worker has the batch, or somebody cancelled it: nothing of it is written
    TooMuchDeleted      a batch that has to be held
"""

from typing import Any


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


class NoImporter(IngestionError):
    """Only its content tells that nothing here reads the file; the sentence says what would be read."""

    code = "no_importer"


class UploadRefused(IngestionError):
    """Nothing was stored. `facts` are what a program may want to know beside the sentence."""

    code = "unusable_upload"

    @property
    def facts(self) -> dict[str, Any]:
        return {}


class UnknownSource(UploadRefused):
    """No source of the account takes files at this address; nobody learns whether another account's does."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is no such source.")


class UnusableUpload(UploadRefused):
    """Its name, or the way in which it was sent: nothing to store, more than one file, a body that breaks off."""


class UploadTooLarge(UploadRefused):
    code = "upload_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The file is larger than {limit:,} bytes.")


class NoSpace(UploadRefused):
    """The disk would be too full: it is not the caller's fault."""

    code = "no_space"

    def __init__(self) -> None:
        super().__init__("There is not enough room for this file right now.")


class PathTaken(UploadRefused):
    """A file was stored at this address before; `same` says that it is the same one, byte by byte."""

    code = "path_taken"

    def __init__(self, *, same: bool) -> None:
        told = "The same file" if same else "Another file"
        super().__init__(f"{told} was uploaded to this address before, and is never replaced: use another name.")
        self.same = same

    @property
    def facts(self) -> dict[str, Any]:
        return {"same": self.same}


class UnknownBatch(IngestionError):
    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is no such import.")


class NotPossible(IngestionError):
    """What was asked for cannot be done to an import in this state; the sentence says in which it is."""

    code = "not_possible"


class LeaseLost(IngestionError):
    """Whoever raises this rolls back: the batch is another's by now."""


class TooMuchDeleted(IngestionError):
    """More rows would be deleted than may be without a yes; the sentence says how many of what."""

    code = "held"
