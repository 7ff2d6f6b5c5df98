"""What differs between a row as it was and as it is, in words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

NOTHING = "–"


def as_shown(row: Model, fields: Iterable[str]) -> dict[str, str]:
    """The columns as people read them: `{"role": "Viewer"}`."""
    return {str(row._meta.get_field(field).verbose_name): said(row, field) for field in fields}  # type: ignore[union-attr]


def said(row: Any, field: str) -> str:
    value = getattr(row, field)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%-d %b %Y, %H:%M} UTC"
    labels = dict(row._meta.get_field(field).flatchoices)
    return str(labels.get(value, value or NOTHING))


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What both name and say differently: `role: Viewer → Admin, status: Activated → Suspended`."""
    changed = [name for name in after if name in before and before[name] != after[name]]
    return ", ".join(f"{name}: {before[name]} → {after[name]}" for name in changed)
