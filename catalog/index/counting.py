"""How many entries of an account have each word: counted in the background, for it says how rare a word is."""

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.models import Account
from catalog.models import SearchGroup, SearchPosting, SearchWord
from catalog.models.search import GROUPS

AT_ONCE = 2_000  # words of one statement: nobody who writes waits for long

# The group of an entry, as SQL.
GROUP = " ".join(["CASE entry.kind", *(f"WHEN '{kind}' THEN {group:d}" for kind, group in GROUPS.items()), "END"])
# What has to be written. A word that is empty stands for all entries of a group.
CHANGED = f"""
    SELECT counted.part, counted.word, counted.entries FROM (
      SELECT "group" AS part, word, COUNT(*) AS entries
      FROM catalog_searchposting WHERE account_id = %s GROUP BY "group", word
      UNION ALL
      SELECT {GROUP} AS part, '', COUNT(*)
      FROM catalog_searchentry AS entry WHERE account_id = %s GROUP BY part
    ) AS counted
    LEFT JOIN catalog_searchword AS known
      ON known.account_id = %s AND known."group" = counted.part AND known.word = counted.word
    WHERE known.entries IS NULL OR known.entries <> counted.entries
    ORDER BY counted.part, counted.word
"""  # noqa: S608  # of constants


def count_words(account: Account) -> None:
    """Make SearchWord of the account what the postings say now. Reads first: on SQLite nobody can write meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, [account.pk] * 3)
        changed = cursor.fetchall()
    for first in range(0, len(changed), AT_ONCE):
        SearchWord.objects.bulk_create(
            [
                SearchWord(account=account, group=group, word=word, entries=entries, first=word[:1], length=len(word))
                for group, word, entries in changed[first : first + AT_ONCE]
            ],
            update_conflicts=True,
            unique_fields=["account", "group", "word"],
            update_fields=["entries"],
        )
    postings = SearchPosting.objects.filter(account=account, group=OuterRef("group"), word=OuterRef("word"))
    known = SearchWord.objects.filter(account=account).exclude(word="")
    for group in SearchGroup:
        gone = list(known.filter(~Exists(postings), group=group).order_by("word").values_list("word", flat=True))
        for first in range(0, len(gone), AT_ONCE):
            known.filter(group=group, word__in=gone[first : first + AT_ONCE]).delete()
