"""The files of `corpora/`, unpacked."""

import gzip
import json
from pathlib import Path
from typing import Any

CORPORA = Path(__file__).parent / "corpora"


def read_corpus(path: str) -> bytes:
    """The content of that file below `corpora/`."""
    content = (CORPORA / path).read_bytes()
    return gzip.decompress(content) if path.endswith(".gz") else content


def read_expected(path: str) -> Any:
    return json.loads(read_corpus(path))
