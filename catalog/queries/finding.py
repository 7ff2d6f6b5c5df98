"""Assets by what callers call them: an id, the path of an `AssetReference`, or the exact name of a dashboard or a term.

The case counts. What is deleted or hidden, or of another account, is not found.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Account
from catalog.models import Tag
from catalog.models.assets import AssetKind


@dataclass(slots=True)
class FoundAssets:
    """`rows` by reference in the order asked, with what a reference of their kind says (`reference_to`).

    `missing` are the references that nothing is called, each with at most three paths that look like it.
    """

    rows: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)


def find_assets(account: Account, kind: AssetKind, references: Sequence[str]) -> FoundAssets:
    """The assets of one kind; AmbiguousReference for a reference that several are called.

    At most two queries, and three more when something is missing, however many references there are.
    """
    raise NotImplementedError


def find_asset(account: Account, kinds: Collection[AssetKind], reference: str) -> Any:
    """The row of the asset, of one of these kinds; UnknownReference or AmbiguousReference."""
    raise NotImplementedError


def find_tag(account: Account, label: str) -> Tag:
    """The tag of exactly this label; UnknownReference with labels that look like it."""
    raise NotImplementedError
