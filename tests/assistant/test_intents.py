"""What a question wants is read off its words."""

import re

import pytest

from assistant.intents import FILE, Intent, kind_wanted, patterns, read

QUESTIONS = [
    ("Where can I find daily revenue?", "en", Intent.FIND, "daily revenue"),
    ("revenue_daily", "en", Intent.FIND, "revenue_daily"),
    ("I am looking for the shipments table, please", "en", Intent.FIND, "shipments"),
    ("What is net revenue?", "en", Intent.DEFINE, "net revenue"),
    ("What do we mean by churn?", "en", Intent.DEFINE, "churn"),
    ("how is the gross margin calculated?", "en", Intent.DEFINE, "gross margin"),
    ("Who owns revenue_daily?", "en", Intent.OWNER, "revenue_daily"),
    (
        "who is responsible for the table marts.finance.revenue_daily?",
        "en",
        Intent.OWNER,
        "marts.finance.revenue_daily",
    ),
    ("Whom should I ask about parcels?", "en", Intent.OWNER, "parcels"),
    ("What is upstream of fct_orders?", "en", Intent.UPSTREAM, "fct_orders"),
    ("where does fct_orders come from", "en", Intent.UPSTREAM, "fct_orders"),
    ("What is fct_orders built from?", "en", Intent.UPSTREAM, "fct_orders"),
    ("what feeds Month end?", "en", Intent.UPSTREAM, "Month end"),
    ("What depends on fct_orders?", "en", Intent.DOWNSTREAM, "fct_orders"),
    ("what is built from fct_orders?", "en", Intent.DOWNSTREAM, "fct_orders"),
    ("which dashboards use fct_orders", "en", Intent.DOWNSTREAM, "fct_orders"),
    ("What breaks if I drop fct_orders?", "en", Intent.DOWNSTREAM, "fct_orders"),
    ("lineage of fct_orders", "en", Intent.LINEAGE, "fct_orders"),
    ("Which columns does fct_orders have?", "en", Intent.COLUMNS, "fct_orders"),
    ("Can I trust fct_orders?", "en", Intent.TRUST, "fct_orders"),
    ("is fct_orders up to date?", "en", Intent.TRUST, "fct_orders"),
    ("How many tables are in marts.finance?", "en", Intent.COUNT, "marts.finance"),
    ("How many tables do we have?", "en", Intent.COUNT, ""),
    ("How many orders did we ship yesterday?", "en", Intent.VALUE, "orders did we ship yesterday"),
    ("How do I revoke an API token?", "en", Intent.HOW_TO, "revoke an API token"),
    ("Where is the birthday stored?", "en", Intent.FIND, "birthday"),
    ("À qui appartient fct_orders ?", "fr", Intent.OWNER, "fct_orders"),
    ("Qui est responsable de la table fct_orders ?", "fr", Intent.OWNER, "fct_orders"),
    ("D’où vient fct_orders ?", "fr", Intent.UPSTREAM, "fct_orders"),
    ("Quels tableaux de bord utilisent fct_orders ?", "fr", Intent.DOWNSTREAM, "fct_orders"),
    ("Combien de tables y a-t-il dans marts.finance ?", "fr", Intent.COUNT, "marts.finance"),
    ("Combien de colis avons-nous envoyés ?", "fr", Intent.VALUE, "colis envoyés"),
    ("Qu’est-ce que le chiffre d’affaires net ?", "fr", Intent.DEFINE, "chiffre d’affaires net"),
    ("Peut-on se fier à fct_orders ?", "fr", Intent.TRUST, "fct_orders"),
    ("Où trouver le stock par entrepôt ?", "fr", Intent.FIND, "stock par entrepôt"),
    ("Comment révoquer un jeton ?", "fr", Intent.HOW_TO, "révoquer un jeton"),
    ("Wem gehört fct_orders?", "de", Intent.OWNER, "fct_orders"),
    ("Wer ist zuständig für fct_orders?", "de", Intent.OWNER, "fct_orders"),
    ("Wer ist für fct_orders zuständig?", "de", Intent.OWNER, "fct_orders"),
    ("Woher kommen die Daten von fct_orders?", "de", Intent.UPSTREAM, "fct_orders"),
    ("Woraus wird fct_orders gebaut?", "de", Intent.UPSTREAM, "fct_orders"),
    ("Welche Dashboards nutzen fct_orders?", "de", Intent.DOWNSTREAM, "fct_orders"),
    ("Wo wird fct_orders verwendet?", "de", Intent.DOWNSTREAM, "fct_orders"),
    ("Was bedeutet Nettoumsatz?", "de", Intent.DEFINE, "Nettoumsatz"),
    ("Wie viele Tabellen gibt es in marts.finance?", "de", Intent.COUNT, "marts.finance"),
    ("Wie hoch war der Umsatz gestern?", "de", Intent.VALUE, "Umsatz gestern"),
    ("Welche Spalten hat fct_orders?", "de", Intent.COLUMNS, "fct_orders"),
    ("Kann ich fct_orders vertrauen?", "de", Intent.TRUST, "fct_orders"),
    ("Wo finde ich Lagerbestände?", "de", Intent.FIND, "Lagerbestände"),
    ("Lagerbestand", "de", Intent.FIND, "Lagerbestand"),
    ("Wie ändere ich mein Passwort?", "de", Intent.HOW_TO, "Passwort"),
    ("Which columns hold email addresses?", "en", Intent.FIND, "email addresses"),
    ("When was fct_orders last updated?", "en", Intent.TRUST, "fct_orders"),
    ("Wann wurde fct_orders zuletzt aktualisiert?", "de", Intent.TRUST, "fct_orders"),
    ("Wovon hängt fct_orders ab?", "de", Intent.UPSTREAM, "fct_orders"),
    ("Was hängt von fct_orders ab?", "de", Intent.DOWNSTREAM, "fct_orders"),
    ("Quels tableaux de bord montrent le stock ?", "fr", Intent.FIND, "stock"),
    ("What tables are in the schema marts.finance?", "en", Intent.FIND, "marts.finance"),
]


@pytest.mark.parametrize(("question", "language", "intent", "subject"), QUESTIONS, ids=[one[0] for one in QUESTIONS])
def test_a_question_is_read(question, language, intent, subject):
    reading = read(question)
    assert (reading.language, reading.intent, reading.subject) == (language, intent, subject)


LISTS = [
    ("deprecated tables", "deprecated", ""),
    ("Which tables are verified?", "verified", ""),
    ("tables without an owner", "unowned", ""),
    ("most popular dashboards", "popular", ""),
    ("tables owned by the team Finance", "owner", "Finance"),
    ("What does Stella Horvat own?", "owner", "Stella Horvat"),
    ("What does the team Finance own?", "owner", "Finance"),
    ("show me everything tagged Certified", "tagged", "Certified"),
    ("Montre-moi les tables vérifiées", "verified", ""),
    ("How many tables are deprecated?", "deprecated", ""),
    ("Combien de tables sont vérifiées ?", "verified", ""),
    ("Wie viele Tabellen gehören dem Team Finance?", "owner", "Finance"),
    ("deprecated tables about orders", "deprecated", "orders"),
    ("Quelles tables sont obsolètes ?", "deprecated", ""),
    ("Quelles tables appartiennent à l'équipe Finance ?", "owner", "Finance"),
    ("tables avec l'étiquette GDPR", "tagged", "GDPR"),
    ("Welche Dashboards sind geprüft?", "verified", ""),
    ("Welche Tabellen gehören dem Team Finance?", "owner", "Finance"),
    ("Was gehört Stella Horvat?", "owner", "Stella Horvat"),
]


@pytest.mark.parametrize(("question", "listed", "subject"), LISTS, ids=[one[0] for one in LISTS])
def test_of_a_list_the_property_is_known(question, listed, subject):
    reading = read(question)
    assert (reading.intent, reading.listed, reading.subject) == (Intent.LIST, listed, subject)


@pytest.mark.parametrize("question", ["Who owns revenue_daily?", "Is fct_orders verified?", "Wem gehört dim_products?"])
def test_what_asks_for_one_asset_asks_for_no_list(question):
    assert read(question).intent in {Intent.OWNER, Intent.TRUST}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many dashboards are there?", "dashboard"),
        ("how many columns does fct_orders have", "column"),
        ("Combien de termes ?", "term"),
        ("Wie viele Tabellen?", "table"),
    ],
)
def test_of_a_count_the_kind_is_known(question, kind):
    assert read(question).counted == kind


@pytest.mark.parametrize("question", ["and who owns it?", "Et qui possède celle-ci ?", "Und wem gehören diese?"])
def test_a_question_may_point_back(question):
    reading = read(question)
    assert reading.refers
    assert reading.subject == ""


def test_the_kind_that_is_asked_for_is_known():
    assert [
        kind_wanted(text) for text in ("which table", "tableau de bord", "tables and dashboards", "begriffe", "orders")
    ] == [
        "table",
        "dashboard",
        "",
        "term",
        "",
    ]


@pytest.mark.parametrize("question", ["client orders", "network d6e79a50-c009-d7c9 d_l", "album", "", "42"])
def test_what_may_be_english_is(question):
    assert read(question).language == "en"


def test_every_intent_but_one_that_needs_none_has_patterns_in_three_languages():
    for intent in Intent:
        assert {one.language for one in patterns()[intent]} == {"en", "fr", "de"}, intent


def test_patterns_are_in_letters_that_questions_are_folded_to():
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            _, _, expression = line.split("\t")
            assert re.sub(r"\\[A-Z]|\?P<", "", expression).isascii()
            assert not re.search(r"(?<!\\)[A-Z]", expression.replace("(?P<", ""))


@pytest.mark.parametrize(
    "text", ["what " * 2_000, "how many tables " * 600, "(" * 10_000, "ß" * 9_999, "\ud800", "\0é’"]
)
def test_any_text_is_read(text):
    assert read(text).intent in Intent
