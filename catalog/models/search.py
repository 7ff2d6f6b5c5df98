"""What the search stands on: which words an asset has, who has a word, how rare it is, what has to be looked at again.

All but `Synonym` follows from other rows; `catalog.index` alone writes it, and `manage.py index_catalog` makes it anew.
"""

from django.db import models

from accounts.models import Account
from catalog.models.assets import AssetKind
from catalog.models.rows import CatalogQuerySet

WORD_LENGTH = 60  # characters


class SearchGroup(models.IntegerChoices):
    """What is searched together: the words of a group are rare or common among its own assets."""

    ASSETS = 1, "Tables, dashboards and terms"
    COLUMNS = 2, "Columns"
    FIELDS = 3, "Fields of dashboards"
    QUERIES = 4, "Queries"


QUERY = "query"  # a kind beside those of assets
GROUPS = {
    AssetKind.TABLE.value: SearchGroup.ASSETS,
    AssetKind.DASHBOARD.value: SearchGroup.ASSETS,
    AssetKind.TERM.value: SearchGroup.ASSETS,
    AssetKind.COLUMN.value: SearchGroup.COLUMNS,
    AssetKind.DASHBOARD_FIELD.value: SearchGroup.FIELDS,
    QUERY: SearchGroup.QUERIES,
}


class SearchEntry(models.Model):
    """One row is an asset that is found, with its words and how much each says of it (`catalog.index.impacts`)."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=15)
    asset = models.UUIDField()  # of whatever table the kind is
    words = models.JSONField()
    version = models.PositiveSmallIntegerField()  # of `catalog.index.words`
    indexed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "search entries"
        constraints = (
            models.UniqueConstraint(fields=("account", "kind", "asset"), name="search_entry_once"),
            models.CheckConstraint(condition=models.Q(kind__in=sorted(GROUPS)), name="search_entry_kind_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.asset}"


class SearchPosting(models.Model):
    """One row says that an entry has a word. The key is all there is; backwards it has the highest impacts first."""

    pk = models.CompositePrimaryKey("account", "group", "word", "impact", "entry")
    account = models.ForeignKey(Account, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    group = models.PositiveSmallIntegerField()
    word = models.CharField(max_length=WORD_LENGTH)
    impact = models.PositiveSmallIntegerField()
    entry = models.ForeignKey(SearchEntry, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)

    def __str__(self) -> str:
        return f"{self.word} in {self.entry_id}"


class SearchWord(models.Model):
    """One row is how many entries of an account have a word; that of no word, how many there are."""

    pk = models.CompositePrimaryKey("account", "group", "word")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    group = models.PositiveSmallIntegerField()
    word = models.CharField(max_length=WORD_LENGTH)
    entries = models.PositiveIntegerField()
    first = models.CharField(max_length=1, blank=True)  # letter; among its like a mistyped word is looked for
    length = models.PositiveSmallIntegerField()

    class Meta:
        indexes = (models.Index(fields=("account", "group", "first", "length"), name="search_word_alike"),)

    def __str__(self) -> str:
        return f"{self.word}: {self.entries}"


class SearchDue(models.Model):
    """One row is what has to be looked at again: an asset, all that lies in a place, or the counts of an account.

    `after` is how far that is done: ids up to it have been looked at.
    """

    class What(models.TextChoices):
        ASSET = "asset", "One asset"  # `kind` says of what kind
        PLACE = "place", "All that lies in a place"  # `kind` is source, database, schema or table
        NEWER = "newer", "All that was made since"  # of every kind, whose id is `asset` or greater
        COUNTS = "counts", "How often words occur"  # `asset` is the account's id

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=6, choices=What)
    kind = models.CharField(max_length=15, blank=True)
    asset = models.UUIDField()
    after = models.UUIDField(null=True)
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "search due"
        constraints = (models.UniqueConstraint(fields=("account", "what", "kind", "asset"), name="search_due_once"),)

    def __str__(self) -> str:
        return f"{self.what} {self.kind} {self.asset}"


SYNONYM_LENGTH = 100  # characters
MAX_SYNONYMS = 1_000  # of an account: all are read with every question


class Synonym(models.Model):
    """One row says that two words or phrases of an account mean the same, whichever of them somebody asks for.

    Read with every question: it holds from the next one on, and nothing is indexed anew.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    word = models.CharField(max_length=SYNONYM_LENGTH)
    other = models.CharField(max_length=SYNONYM_LENGTH)
    created_at = models.DateTimeField()

    objects = CatalogQuerySet.as_manager()

    class Meta:
        ordering = ("word", "other")
        constraints = (models.UniqueConstraint(fields=("account", "word", "other"), name="synonym_once"),)

    def __str__(self) -> str:
        return f"{self.word} = {self.other}"
