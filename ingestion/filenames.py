"""What a file's name says: the time of its stamp, what kind of file it is, which batch family it belongs to."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Family(StrEnum):
    """Which importer a file is for. The first four are also the types that castor-upload knows."""

    WAREHOUSE = "WAREHOUSE"
    VIZ = "VIZ"
    DBT = "DBT"
    QUALITY = "QUALITY"
    MANUAL = "MANUAL"


MANUAL_LINEAGE = "manual_lineage"
FILES = {
    Family.WAREHOUSE: ("database", "schema", "table", "column", "user", "view_ddl", "query"),
    Family.VIZ: ("dashboards", "dashboard_queries", "dashboard_fields"),
    Family.QUALITY: ("quality_checks",),
    Family.MANUAL: (MANUAL_LINEAGE,),
}  # names of CSV files, without ".csv"
STAMPED = frozenset({Family.WAREHOUSE, Family.VIZ, Family.QUALITY})  # families whose files are nothing without a stamp
MANIFEST, RUN_RESULTS, VALIDATION = "manifest", "run_results", "validation"  # kinds that are JSON

STAMP = re.compile(r"(\d{13}|\d{10})[-_]", re.ASCII)  # milliseconds or seconds


@dataclass(frozen=True, slots=True)
class FileName:
    """A name taken apart.

    `stamp`: unix seconds, None without one. `kind`: a name of `FILES` or one of the three JSON kinds, None for what
    no importer reads. `family`: that of the batch, which for manual lineage is another than the upload's.
    """

    stamp: int | None
    kind: str | None
    family: Family

    @property
    def moment(self) -> datetime | None:
        """The stamp as a time in UTC."""
        return None if self.stamp is None else datetime.fromtimestamp(self.stamp, UTC)


def read_name(name: str, *, uploaded_as: Family, form_name: str = "") -> FileName:
    """What the name says of a file that was uploaded as that type.

    `form_name` is the name in the form. It tells the kind where the path cannot: of a name that was cut at `#` or `?`,
    and of every dbt artifact, since castor-upload calls all of them `<stamp>-manifest.json` in the path.
    """
    stamp, rest = without_stamp(name)
    kind = kind_of(rest, uploaded_as)
    form_kind = kind_of(without_stamp(form_name)[1], uploaded_as)
    if kind is None or (uploaded_as is Family.DBT and form_kind):
        kind = form_kind
    family = Family.MANUAL if kind == MANUAL_LINEAGE else uploaded_as
    return FileName(stamp, kind, family)


def without_stamp(name: str) -> tuple[int | None, str]:
    """The stamp in unix seconds, if the name begins with one, and the rest of the name."""
    found = STAMP.match(name)
    if found is None:
        return None, name
    return int(found[1][:10]), name[found.end() :]


def kind_of(name: str, uploaded_as: Family) -> str | None:
    """The kind that a name without its stamp says, among those that may come as this type; in any case of letters."""
    if uploaded_as is Family.MANUAL:
        return MANUAL_LINEAGE  # the only kind that comes this way, whatever it is called
    stem, _, ending = name.lower().rpartition(".")
    if ending == "csv":
        names = FILES.get(uploaded_as, ())
        if uploaded_as in {Family.WAREHOUSE, Family.VIZ}:
            names += (MANUAL_LINEAGE,)
        return stem if stem in names else None
    if ending == "json" and uploaded_as is Family.QUALITY:
        return VALIDATION  # or another tool's result: only its content tells
    if ending == "json" and uploaded_as is Family.DBT:
        return stem if stem in {MANIFEST, RUN_RESULTS} else None
    return None
