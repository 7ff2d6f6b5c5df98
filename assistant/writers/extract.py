"""The writer without a model: sentences of the catalog, put in order by templates.

A lead by intent, up to five assets with the sentence that fits best, definitions, and what is like it. What is asked of
lineage, owners and numbers is answered from rows, exactly. No sentence is made up.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from assistant.drafts import MAX_ANSWER, NAMELESS, Candidate, Cited, ColumnFact, Draft, Evidence, Neighbour
from assistant.intents import Intent
from assistant.writers.citing import cited, cited_column, cited_neighbour, column_url, named, page, strong
from assistant.writers.escaping import escaped, link
from assistant.writers.phrases import Phrases
from assistant.writers.quotes import as_typed, best_quote, fits, opening
from catalog.choices import QualityStatus
from catalog.models.assets import AssetKind

MAX_SHOWN = 5  # assets with what is said of them
MAX_DEFINITIONS = 3
MAX_ALIKE = 5
MAX_MAYBE = 3
MAX_COLUMNS_SHOWN = 5  # of an asset, those that fit
MAX_OWNERS = 5
MAX_UNKNOWN = 5  # words
LIKELY = 0.5  # of the best score: below it an asset is but like what was asked
EXACT = 1.4  # a score that only the asset has whose name or path was asked for
OF_ROWS = (AssetKind.TABLE, AssetKind.DASHBOARD)


def write(evidence: Evidence, language: str = "", *, because: str = "") -> Draft:
    """The answer, in the question's language or the one named. `because` is its last line: why no model wrote."""
    return Answer(evidence, Phrases(language or evidence.language), because).draft()


class Answer:
    """One answer as it grows. What would make it longer than MAX_ANSWER is left out, with what it cites."""

    def __init__(self, evidence: Evidence, phrases: Phrases, because: str = "") -> None:
        self.evidence, self.phrases, self.because = evidence, phrases, because
        self.last = f"\n\n*{escaped(because, longest=300)}*" if because else ""
        self.text = ""
        self.cited: dict[tuple[str, UUID], Cited] = {}

    def draft(self) -> Draft:
        intent, is_enough = self.evidence.intent, self.evidence.is_enough
        if intent == Intent.HOW_TO:
            self.add(self.phrases.lead("how_to", settings=page("settings-api"), docs=page("api-docs")))
            is_enough = True
        elif intent == Intent.COUNT and self.evidence.counts:
            self.count()
        elif self.evidence.listed:
            self.listing()
        elif not is_enough:
            self.refuse()
        elif not self.tell_rows(intent):
            self.show(intent)
        return Draft(
            markdown=self.text + self.last, cited=list(self.cited.values()), enough=is_enough, because=self.because
        )

    def add(self, text: str, cited: Iterable[Cited] = (), *, between: str = "\n\n") -> bool:
        """Add a paragraph, or with a line break between, a line of a list; False when there is no room for it."""
        longer = f"{self.text}{between if self.text else ''}{text}"
        if len(longer) + len(self.last) > MAX_ANSWER:
            return False
        self.text = longer
        for one in cited:
            self.cited.setdefault((one.kind, one.id), one)
        return True

    # --- Answers from rows -------------------------------------------------------------------------

    def tell_rows(self, intent: str) -> bool:
        """Answer what rows say of one asset; False where the question is another, or there is no asset for it."""
        tellers = {
            Intent.OWNER: (self.owner, (*OF_ROWS, AssetKind.TERM)),
            Intent.TRUST: (self.trust, (*OF_ROWS, AssetKind.TERM)),
            Intent.UPSTREAM: (self.upstream, OF_ROWS),
            Intent.DOWNSTREAM: (self.downstream, OF_ROWS),
            Intent.LINEAGE: (self.lineage, OF_ROWS),
            Intent.COLUMNS: (self.columns, OF_ROWS),
        }
        if intent not in tellers:
            return False
        tell, kinds = tellers[Intent(intent)]
        asset = self.asked_for(kinds)
        if asset is None:
            return False
        tell(asset)
        if asset.score < EXACT:
            self.alike(except_for=[asset.id])
        return True

    def asked_for(self, kinds: Collection[str]) -> Candidate | None:
        """The best of these kinds. A deprecated one only if it was named, or if there is no other nearly as good."""
        likely = [one for one in self.evidence.candidates if one.kind in kinds]
        if not likely:
            return None
        first = likely[0]
        if first.deprecated and 0 < first.score < EXACT:
            return next((one for one in likely if not one.deprecated and one.score > 0.7 * first.score), first)
        return first

    def owner(self, asset: Candidate) -> None:
        if asset.owners:
            lead = self.phrases.lead("owner", asset=strong(asset), owners=self.owners(asset))
        else:
            lead = self.phrases.lead("owner_nobody", asset=strong(asset))
        told = self.phrases.line("also_verified", who=escaped(asset.verified_by))
        self.add(f"{lead} {told}" if asset.verified and asset.verified_by else lead, [cited(asset)])

    def trust(self, asset: Candidate) -> None:
        name = "trust_deprecated" if asset.deprecated else "trust_verified" if asset.verified else "trust_unverified"
        if name == "trust_verified" and asset.verified_by:
            name = "trust_verified_by"
        said = [self.phrases.lead(name, asset=strong(asset), who=escaped(asset.verified_by))]
        if failed := [name for name, status in asset.quality if status != QualityStatus.SUCCESS]:
            said.append(self.phrases.line("checks_failed", list=", ".join(map(escaped, failed))))
        elif asset.quality:
            said.append(self.phrases.line("checks_passed", number=len(asset.quality)))
        if asset.freshness:
            said.append(self.phrases.line("freshness", date=f"{asset.freshness:%Y-%m-%d}"))
        if asset.owners:
            said.append(self.phrases.line("owners", owners=self.owners(asset)))
        for sentence in said:  # each alone: names of owners and checks may be long
            self.add(sentence, [cited(asset)], between=" ")

    def lineage(self, asset: Candidate) -> None:
        self.upstream(asset)
        self.downstream(asset)

    def upstream(self, asset: Candidate) -> None:
        self.neighbours("upstream", "asset", asset, asset.parents, asset.more_parents)

    def downstream(self, asset: Candidate) -> None:
        self.neighbours("downstream", "asset_is", asset, asset.children, asset.more_children)

    def neighbours(self, lead: str, noun: str, asset: Candidate, shown: Sequence[Neighbour], more: int) -> None:
        number = len(shown) + more
        if not number:
            self.add(self.phrases.lead(f"{lead}_none", asset=strong(asset)), [cited(asset)])
            return
        for length in range(len(shown), -1, -1):  # as many as there is room for
            names = [link(one.path, one.url) for one in shown[:length]]
            text = self.phrases.lead(
                lead,
                asset=strong(asset),
                number=self.phrases.number(number, noun),
                list=self.phrases.listed(names, number - length),
            )
            if self.add(text, [cited(asset), *map(cited_neighbour, shown[:length])]):
                return

    def columns(self, asset: Candidate) -> None:
        noun = "column" if asset.kind == AssetKind.TABLE else "field"
        for length in range(len(asset.columns), 0, -1):
            names = [self.column(asset, one) for one in asset.columns[:length]]
            text = self.phrases.lead(
                "columns",
                asset=strong(asset),
                number=self.phrases.number(asset.column_count, noun),
                list=self.phrases.listed(names, asset.column_count - length),
            )
            if self.add(text, [cited(asset)]):
                return
        self.add(self.phrases.lead("columns_none", asset=strong(asset)), [cited(asset)])

    def count(self) -> None:
        for count in self.evidence.counts:
            number = self.phrases.number(count.number, count.what)
            asset = next((one for one in self.evidence.candidates if one.path == count.of), None)
            if count.of:
                of = strong(asset) if asset else self.phrases.quote(escaped(count.of))
                self.add(self.phrases.lead("count_of", of=of, number=number), [cited(asset)] if asset else ())
            else:
                self.add(self.phrases.lead("count", number=number))

    def listing(self) -> None:
        """How many have the property that was asked for, and the most popular of them, as many as there is room for."""
        counts, shown = self.evidence.counts, self.evidence.candidates
        number = ", ".join(self.phrases.number(one.number, one.what) for one in counts)
        self.add(self.phrases.lead(f"list_{self.evidence.listed}", number=number, of=escaped(counts[0].of)))
        more = sum(one.number for one in counts)
        for place, asset in enumerate(shown):
            more -= self.add(f"- {self.head(asset)}", [cited(asset)], between="\n" if place else "\n\n")
        if more:
            self.add(f"- {self.phrases.line('more', number=more)}", between="\n")

    # --- Answers from texts ------------------------------------------------------------------------

    def refuse(self) -> None:
        typed = as_typed(self.evidence.question, self.evidence.unknown[:MAX_UNKNOWN])
        unknown = [self.phrases.quote(escaped(word)) for word in typed]
        if self.evidence.intent == Intent.COUNT:
            self.add(self.phrases.lead("count_unknown"))
        elif unknown:
            words = self.phrases.of(len(unknown), "word").format(list=", ".join(unknown))
            self.add(self.phrases.lead("none_unknown", words=words))
        else:
            self.add(self.phrases.lead("none"))
        if not self.evidence.asked:
            self.add(self.phrases.lead("help"))
        if maybe := self.in_order(self.evidence.candidates)[:MAX_MAYBE]:
            self.add(self.phrases.lead("maybe"))
            for place, asset in enumerate(maybe):
                self.bullet(asset, between="\n" if place else "\n\n")

    def show(self, intent: str) -> None:
        """The lead, the assets that are likely, definitions, what is like them."""
        best = max((one.score for one in self.evidence.candidates), default=0.0)
        likely = [one for one in self.in_order(self.evidence.candidates) if one.score >= LIKELY * best]
        assets = [one for one in likely if one.kind != AssetKind.TERM][:MAX_SHOWN]
        terms = [one for one in likely if one.kind == AssetKind.TERM][:MAX_DEFINITIONS]
        first = likely[0]
        if intent == Intent.DEFINE and terms and not terms[0].deprecated and terms[0].score >= 0.5 * first.score:
            first = terms[0]
        self.lead(first, intent)
        for place, asset in enumerate(assets):
            self.bullet(asset, between="\n" if place else "\n\n")
        if explained := [one for one in terms if intent != Intent.DEFINE or one is not first]:
            self.add(self.phrases.line("definitions"))
            for place, term in enumerate(explained):
                self.bullet(term, between="\n" if place else "\n\n")
        self.alike(except_for=[one.id for one in (*assets, *terms)])

    def lead(self, first: Candidate, intent: str) -> None:
        said = opening(first)
        if intent == Intent.DEFINE and said:
            quote = self.phrases.quote(said.markdown)
            self.add(self.phrases.lead("define", asset=strong(first), quote=quote), [cited(first, said)])
            return
        name = "find"
        if intent == Intent.DEFINE:
            name = "define_undescribed"
        elif first.deprecated:
            name = "find_deprecated"
        elif intent == Intent.VALUE:
            name = "value"
        elif intent == Intent.COUNT:
            self.add(self.phrases.lead("count_unknown"))
        elif first.kind == AssetKind.TERM:
            name = "find_term"
        trust = self.phrases.line("trust", trust=self.verified(first)) if first.verified else ""
        said = best_quote(first, self.evidence.asked)
        self.add(self.phrases.lead(name, asset=strong(first), trust=trust), [cited(first, said)])

    def bullet(self, asset: Candidate, *, between: str) -> None:
        """One line on an asset: what it is, the sentence that fits best, columns, owners."""
        said = best_quote(asset, self.evidence.asked)
        told = [self.phrases.quote(said.markdown)] if said else []
        parts = [one for one in asset.columns if fits(one, self.evidence.asked)][:MAX_COLUMNS_SHOWN]
        if parts:
            name = "columns" if asset.kind == AssetKind.TABLE else "fields"
            told.append(self.phrases.line(name, list=", ".join(self.column(asset, one) for one in parts)))
        if asset.owners and (self.evidence.is_enough or self.evidence.intent != Intent.OWNER):
            told.append(self.phrases.line("owners", owners=self.owners(asset)))
        head = f"- {self.head(asset)}"
        asked = [cited_column(asset, one) for one in parts if one.asked and asset.kind == AssetKind.TABLE]
        text = f"{head}: {' '.join(told)}" if told else head
        if not self.add(text, [cited(asset, said), *asked], between=between):
            self.add(head, [cited(asset)], between=between)

    def head(self, asset: Candidate) -> str:
        about = [self.phrases.kind(asset.kind)]
        about += [self.verified(asset)] if asset.verified else []
        about += [self.phrases.line("deprecated")] if asset.deprecated else []
        return f"{named(asset)}{self.phrases.line('in_parentheses', list=', '.join(about))}"

    def alike(self, *, except_for: Collection[UUID]) -> None:
        others = [one for one in self.in_order(self.evidence.candidates) if one.id not in except_for][:MAX_ALIKE]
        for length in range(len(others), 0, -1):
            names = [self.marked(one) for one in others[:length]]
            if self.add(self.phrases.line("alike", list=", ".join(names)), map(cited, others[:length])):
                return

    # --- Parts of sentences ------------------------------------------------------------------------

    @staticmethod
    def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
        """The best first, deprecated ones last."""
        return sorted(candidates, key=lambda one: one.deprecated)  # stable

    def verified(self, asset: Candidate) -> str:
        who = escaped(asset.verified_by)
        return self.phrases.line("verified_by", who=who) if who else self.phrases.line("verified")

    def marked(self, asset: Candidate) -> str:
        mark = self.phrases.line("in_parentheses", list=self.phrases.line("deprecated")) if asset.deprecated else ""
        return f"{named(asset)}{mark}"

    def owners(self, asset: Candidate) -> str:
        names = [self.phrases.line("nameless") if name == NAMELESS else escaped(name) for name in asset.owners]
        return self.phrases.listed(names[:MAX_OWNERS], len(names) - MAX_OWNERS)

    def column(self, asset: Candidate, column: ColumnFact) -> str:
        is_linked = column.asked and asset.kind == AssetKind.TABLE
        name = link(column.name, column_url(asset, column)) if is_linked else escaped(column.name)
        mark = self.phrases.line("in_parentheses", list=self.phrases.line("personal")) if column.personal else ""
        return f"{name}{mark}"
