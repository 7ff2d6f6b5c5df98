"""The sources whose tools send files: made by hand, found by the id that an address names."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.models import Account
from catalog.choices import SourceOrigin, SourceTechnology, SourceType
from catalog.errors import InvalidInput
from catalog.ids import known_uuid
from catalog.models import Source
from catalog.models.rows import NAME_LENGTH, CatalogQuerySet
from ingestion.errors import UnknownSource

Tech = SourceTechnology
OF_TYPE: dict[SourceType, frozenset[SourceTechnology]] = {
    SourceType.COMMUNICATION: frozenset({Tech.MS_TEAMS, Tech.SLACK}),
    SourceType.KNOWLEDGE: frozenset({Tech.CONFLUENCE, Tech.NOTION}),
    SourceType.QUALITY: frozenset(
        {
            *(Tech.ANOMALO, Tech.COALESCE_QUALITY, Tech.DBT_TEST, Tech.GREAT_EXPECTATIONS, Tech.MONTE_CARLO),
            *(Tech.SIFFLET, Tech.SODA),
        }
    ),
    SourceType.TRANSFORMATION: frozenset({Tech.COALESCE, Tech.DBT}),
    SourceType.VISUALIZATION: frozenset(
        {
            *(Tech.COGNOS, Tech.DOMO, Tech.GENERIC_VISUALIZATION, Tech.LOOKER, Tech.LOOKER_STUDIO, Tech.METABASE),
            *(Tech.MIXPANEL, Tech.MODE, Tech.PERISCOPE, Tech.POWERBI, Tech.QLIK_SENSE, Tech.REDASH),
            *(Tech.SALESFORCE_REPORTING, Tech.SIGMA, Tech.SISENSE, Tech.SSRS, Tech.STRATEGY, Tech.SUPERSET),
            *(Tech.TABLEAU, Tech.THOUGHTSPOT, Tech.ZOHO),
        }
    ),
}
UPLOADED = (SourceType.WAREHOUSE, SourceType.VISUALIZATION, SourceType.TRANSFORMATION, SourceType.QUALITY)


def type_of(technology: SourceTechnology) -> SourceType:
    """What kind of tool that is; a warehouse, when it is none of the others."""
    return next((kind for kind, tools in OF_TYPE.items() if technology in tools), SourceType.WAREHOUSE)


@transaction.atomic
def create_source(
    account: Account, *, name: str, technology: SourceTechnology, by: Actor | None, now: datetime
) -> Source:
    """A source that files are uploaded for.

    InvalidInput for a name that is odd or that another of the account's has, and for a tool whose files nobody sends.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)  # of two equal names at once, one is refused
    name = name.strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise InvalidInput(f"A source's name has 1 to {NAME_LENGTH} characters, on one line.")
    if (kind := type_of(technology)) not in UPLOADED:
        raise InvalidInput(f"No files are uploaded for {technology.label}.")
    if other := Source.objects.visible_to(account).filter(name=name, deleted_at=None).first():
        raise InvalidInput(f"There is a source of that name: {other.pk}.")
    source: Source = Source.objects.create(
        account=account,
        name=name,
        origin=SourceOrigin.EXTRACTION,
        technology=technology,
        type=kind,
        created_at=now,
        updated_at=now,
    )
    audit.record("create_source", kind="source", ids=[source.pk], by=by, now=now, account=account, detail=name)
    return source


def find_source(account: Account, text: str, *, kind: SourceType) -> Source:
    """The account's source of this type with this id; one that programs keep takes no files. Raises UnknownSource."""
    pk = known_uuid(text)
    of_account = Source.objects.visible_to(account).filter(origin=SourceOrigin.EXTRACTION, deleted_at=None)
    source: Source | None = of_account.filter(pk=pk, type=kind).first() if pk else None
    if source is None:
        raise UnknownSource
    return source


def sources_of(account: Account) -> CatalogQuerySet:
    """The account's sources that files are uploaded for, by name."""
    of_account = Source.objects.visible_to(account).filter(origin=SourceOrigin.EXTRACTION, deleted_at=None)
    return of_account.filter(type__in=UPLOADED).order_by("name", "pk")
