"""Questions to the demo, answered without a model: twenty that it tells, ten that it does not."""

import hashlib
import re

import pytest
from django.conf import settings
from django.db.models import Q

from assistant.drafts import MAX_ANSWER, MAX_QUOTE
from assistant.evidence import gather
from assistant.writers.extract import write
from catalog.models.assets import MODELS, AssetKind
from catalog.queries.visibility import shown_rows
from tests.factories import NOW

pytestmark = pytest.mark.django_db

# What is asked, in which language it is answered, and an asset that the answer has to cite.
TOLD = [
    ("Which table has the daily revenue by payment method?", "en", "revenue_daily"),
    ("What is net revenue?", "en", "Net revenue"),
    ("Who owns the delivery times?", "en", "delivery_times"),
    ("What is upstream of marts.finance.revenue_daily?", "en", "fct_orders"),
    ("what depends on fct_orders?", "en", "campaign_performance"),
    ("Where is the customer's birthday stored?", "en", "customers"),
    ("shopping carts that people left", "en", "abandoned_carts"),
    ("Can I trust dim_customers?", "en", "dim_customers"),
    ("May we export personal data?", "en", "Personal data and its rules"),
    ("dashboard for the month end", "en", "Month end"),
    ("Quel est le délai de livraison par transporteur ?", "fr", "delivery_times"),
    ("Où trouver le stock disponible par entrepôt ?", "fr", "stock_days_of_cover"),
    ("À qui appartient la table fct_orders ?", "fr", "fct_orders"),
    ("Quelles sont les règles sur les données personnelles ?", "fr", "Personal data and its rules"),
    ("fournisseurs", "fr", "suppliers"),
    ("Welche Tabelle enthält den Umsatz pro Tag?", "de", "revenue_daily"),
    ("Wem gehört dim_products?", "de", "dim_products"),
    ("Was ist ein Kunde?", "de", "Customer"),
    ("Wo finde ich die Werbeausgaben der Kampagnen?", "de", "campaign_performance"),
    ("Wo steht der Lagerbestand pro Lager?", "de", "stock_days_of_cover"),
]
STRANGERS = [
    "What will the weather be in Lisbon tomorrow?",
    "Who won the chess championship in 1987?",
    "recipe for a chocolate cake with walnuts",
    "Which servers run the payroll software?",
    "Can I trust horoscopes?",
    "What is the boiling point of mercury?",
    "Combien de kilomètres jusqu'à la lune ?",
    "Qui a écrit Madame Bovary ?",
    "Wie repariere ich einen Fahrradreifen?",
    "Welche Farbe hat der Mond?",
]
ADDRESSES = re.compile(r"https?://[^\s)]+")


def answered(account, question, **options):
    evidence = gather(account, question, now=NOW, **options)
    return evidence, write(evidence)


def names(draft):
    return [one.name for one in draft.cited]


@pytest.mark.parametrize(("question", "language", "expected"), TOLD, ids=[one[0] for one in TOLD])
def test_the_demo_tells(demo, question, language, expected):
    evidence, draft = answered(demo, question)
    assert draft.enough
    assert evidence.language == language
    assert expected in names(draft)


@pytest.mark.parametrize("question", STRANGERS)
def test_the_demo_does_not_tell(demo, question):
    evidence, draft = answered(demo, question)
    assert not draft.enough
    assert evidence.score < 0.5
    assert evidence.unknown
    assert len(draft.cited) <= 3


@pytest.mark.parametrize("question", [*(one[0] for one in TOLD), *STRANGERS])
def test_an_answer_holds_what_it_promises(demo, question):
    _, draft = answered(demo, question)
    assert len(draft.markdown) <= MAX_ANSWER
    assert len({(one.kind, one.id) for one in draft.cited}) == len(draft.cited)
    addresses = ADDRESSES.findall(draft.markdown)
    assert all(address.startswith(f"{settings.BASE_URL}/") for address in addresses)
    assert {hex_of(one.id) for one in draft.cited} == {hex_of(address) for address in addresses}
    for one in draft.cited:
        assert len(one.quote) <= MAX_QUOTE
        assert bool(one.quote) == bool(one.field)
        if one.quote:
            row = MODELS[one.kind].objects.get(pk=one.id)
            assert one.quote in getattr(row, one.field)
            assert one.digest == hashlib.sha256(one.quote.encode()).hexdigest()


def hex_of(text):
    """The id at the end of an address: that of a column, if it leads to one."""
    return str(text).rstrip("/")[-36:]


def test_owners_lineage_and_numbers_are_those_of_the_rows(demo):
    _, draft = answered(demo, "Who owns fct_orders?")
    assert "belongs to Data platform, Finance." in draft.markdown
    _, draft = answered(demo, "What is dim_products built from?")
    assert set(names(draft)) == {"dim_products", "suppliers", "stg_products"}
    assert "2 assets" in draft.markdown
    _, draft = answered(demo, "lineage of dim_products")
    assert {"suppliers", "stock_days_of_cover"} <= set(names(draft))
    tables, dashboards, terms = (
        shown_rows(demo, kind) for kind in (AssetKind.TABLE, AssetKind.DASHBOARD, AssetKind.TERM)
    )
    for question, number in (
        ("How many tables are there?", tables.count()),
        ("Wie viele Dashboards gibt es?", dashboards.count()),
        ("Combien de termes y a-t-il ?", terms.count()),
        ("how many tables are in marts.finance?", tables.filter(path__startswith="marts.finance.").count()),
        ("How many columns does dim_products have?", 10),
        ("how many tables are tagged gdpr?", 6),
        ("Combien de tables contient le schéma finance ?", 4),
    ):
        _, draft = answered(demo, question)
        assert f" {number} " in f" {draft.markdown}", question
        assert draft.enough


def test_an_owner_is_named_only_of_what_the_question_is_about(demo):
    people = ("Carol Reyes", "Marketing", "Stella Horvat")
    for question in ("Wer kennt sich mit Retouren aus?", "Qui s'occupe des retours ?"):
        _, draft = answered(demo, question)  # a text or two has the word
        assert (draft.enough, bool(draft.cited)) == (False, True), question
        assert not any(f" {who}" in draft.markdown for who in people), question
    for question, owner in (("Wer ist für Kampagnen zuständig?", "Carol Reyes"), ("Who knows about GDPR?", "")):
        _, draft = answered(demo, question)  # the name says it, or a tag
        assert (draft.enough, owner in draft.markdown) == (True, True), question


def test_lists_are_those_of_the_rows(demo):
    tables, dashboards = shown_rows(demo, AssetKind.TABLE), shown_rows(demo, AssetKind.DASHBOARD)
    deprecated = tables.exclude(deprecated_at=None)
    for question in ("deprecated tables", "Quelles tables sont obsolètes ?", "Welche Tabellen sind veraltet?"):
        _, draft = answered(demo, question)
        assert set(names(draft)) == set(deprecated.values_list("name", flat=True))
        assert f"{len(deprecated)} " in draft.markdown
    _, draft = answered(demo, "Which dashboards are verified?")
    assert set(names(draft)) == set(dashboards.exclude(verified_at=None).values_list("name", flat=True))
    _, draft = answered(demo, "tables owned by finance")
    of_team = Q(team_owner_entities__team__name="Finance")
    assert set(names(draft)) == set(tables.filter(of_team).values_list("name", flat=True))
    _, draft = answered(demo, "Was gehört Stella Horvat?")
    assert {"dim_customers", "Sales today", "Net revenue"} <= set(names(draft))
    _, draft = answered(demo, "show me everything tagged GDPR")
    assert "customers" in names(draft)
    _, draft = answered(demo, "deprecated terms")
    assert names(draft) == ["Turnover"]
    _, draft = answered(demo, "tables without an owner")
    unowned = tables.filter(owner_entities=None, team_owner_entities=None).count()
    assert draft.markdown.startswith(f"{unowned} tables without an owner.")
    assert draft.markdown.endswith(f"- and {unowned - len(draft.cited)} more")


def test_a_list_of_nobody_or_of_something_besides_goes_to_the_search(demo):
    for question in ("tables owned by nobody we know", "tables tagged zebra", "deprecated tables about revenue"):
        evidence, _ = answered(demo, question)
        assert evidence.intent == "find"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Wo steht der Gewächshausdünger?", "Gewächshausdünger"),
        ("¿Dónde están?", "están"),
        ("Zebrafinch?", "Zebrafinch"),
    ],
)
def test_what_nothing_has_is_said_as_it_was_typed(demo, question, said):
    _, draft = answered(demo, question)
    assert said in draft.markdown


def test_what_cannot_be_counted_is_not(demo):
    _, draft = answered(demo, "How many tables are in the zebra enclosure?")
    assert not draft.enough
    assert draft.markdown.startswith("The catalog cannot count that.")


def test_personal_columns_are_named_as_personal(demo):
    _, draft = answered(demo, "Where is the customer's birthday stored?")
    assert re.search(r"\[birthday\]\([^)]*\) \(personal data\)", draft.markdown)
    assert ("column", "birthday", "raw.shop.customers") in [(one.kind, one.name, one.place) for one in draft.cited]
    _, draft = answered(demo, "Welche Spalten hat dim_customers?")
    assert "email (personenbezogen)" in draft.markdown


def test_deprecated_assets_come_last_and_are_marked(demo):
    _, draft = answered(demo, "monthly revenue")
    marked = [line for line in draft.markdown.splitlines() if "**deprecated**" in line]
    assert marked
    assert "revenue_monthly_old" not in draft.markdown.splitlines()[0]
    bullets = [line for line in draft.markdown.splitlines() if line.startswith("- ")]
    of_assets = [line for line in bullets if "(term" not in line]
    assert sorted(of_assets, key=lambda line: "**deprecated**" in line) == of_assets


def test_how_to_questions_lead_to_the_documentation(demo):
    _, draft = answered(demo, "How do I rotate an API token?")
    assert f"({settings.BASE_URL}/settings/api/)" in draft.markdown
    assert draft.cited == []


@pytest.mark.parametrize(
    ("question", "said"), [("hello", "Ask where data is"), ("Bonjour !", "Demandez"), ("?", "Ask")]
)
def test_who_asks_for_nothing_is_told_what_to_ask(demo, question, said):
    _, draft = answered(demo, question)
    assert said in draft.markdown
    assert not draft.enough


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Welche Tabelle enthält den Umsatz pro Tag?", "revenue_daily"),
        ("Which dashboard shows the revenue?", "Month end"),
    ],
)
def test_what_is_of_the_kind_that_was_asked_for_comes_first(demo, question, first):
    _, draft = answered(demo, question)
    assert names(draft)[0] == first


def test_a_question_for_data_is_answered_with_where_they_are(demo):
    _, draft = answered(demo, "How much net revenue did we make yesterday?")
    assert draft.markdown.startswith("The catalog knows where data is, not the data itself.")
    assert names(draft)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("and who owns it?", "belongs to Finance, Stella Horvat"),
        ("Et à qui appartient celle-ci ?", "appartient à Finance, Stella Horvat"),
        ("Und welche Spalten hat sie?", "hat 7 Spalten"),
        ("can I trust it?", "was verified by Stella Horvat"),
        ("does it have a column for refunds?", "Start with **[marts.finance.revenue_daily]"),
    ],
)
def test_a_question_may_point_back_to_what_was_cited(demo, question, expected):
    _, draft = answered(demo, question, before=["marts.finance.revenue_daily", "Month end", "gone.for.good"])
    assert expected in draft.markdown
    assert names(draft)[0] == "revenue_daily"


def test_what_was_cited_is_no_answer_to_a_stranger(demo):
    _, draft = answered(demo, "Can I trust it with horoscopes?", before=["marts.finance.revenue_daily"])
    assert not draft.enough
    _, draft = answered(demo, "and who owns it?")
    assert not draft.enough


WORST = [
    *(one[0] for one in TOLD),
    "which column is stored in parcel_trakcing by carirer and shipmant, delivary and warehuose, stock_levle? " * 20,
    "".join(f"zzword{chr(97 + number % 26)}x column " for number in range(500)),
]


@pytest.mark.parametrize("before", [(), ("marts.finance.revenue_daily", "Month end", "Net revenue")])
@pytest.mark.parametrize("question", WORST)
def test_an_evidence_takes_fewer_than_thirty_queries(demo, django_assert_max_num_queries, question, before):
    with django_assert_max_num_queries(29):
        gather(demo, question, before=before, now=NOW)


def test_as_many_queries_for_one_asset_as_for_twelve(demo, django_assert_max_num_queries):
    with django_assert_max_num_queries(29) as queries:
        gather(demo, "which column has the customer_id", now=NOW)
    assert len(queries) > 15
