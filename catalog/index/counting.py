"""How many entries of an account have each word: counted in the background, for it says how rare a word is."""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import Account
from catalog.models import SearchPosting, SearchWord

COUNT = """
    INSERT INTO catalog_searchword (account_id, "group", word, entries, first, length)
    SELECT account_id, "group", word, COUNT(*), SUBSTR(word, 1, 1), LENGTH(word)
    FROM catalog_searchposting WHERE account_id = %s GROUP BY account_id, "group", word
    ON CONFLICT (account_id, "group", word) DO UPDATE SET entries = excluded.entries
    WHERE catalog_searchword.entries <> excluded.entries
"""
COUNT_ALL = """
    INSERT INTO catalog_searchword (account_id, "group", word, entries, first, length)
    SELECT account_id,
      CASE kind WHEN 'column' THEN 2 WHEN 'dashboard_field' THEN 3 WHEN 'query' THEN 4 ELSE 1 END AS part,
      '', COUNT(*), '', 0
    FROM catalog_searchentry WHERE account_id = %s GROUP BY account_id, part
    ON CONFLICT (account_id, "group", word) DO UPDATE SET entries = excluded.entries
"""


@transaction.atomic
def count_words(account: Account) -> None:
    """Make SearchWord of the account what the postings say now: three statements."""
    postings = SearchPosting.objects.filter(account=account, group=OuterRef("group"), word=OuterRef("word"))
    SearchWord.objects.filter(~Exists(postings), account=account).exclude(word="").delete()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [account.pk])
        cursor.execute(COUNT_ALL, [account.pk])
