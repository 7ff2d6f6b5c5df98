"""The table of emails (DESIGN, section 5) written down once more, as an oracle for random histories."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.factories import NOW
from tokens.models import ApiToken

DAY = timedelta(days=1)
NOTICES = ("expires_30", "expires_7", "expires_1", "expired")


@dataclass
class Note:
    """One email as the oracle sees it."""

    state: str = "pending"
    first: datetime | None = None


@dataclass
class Token:
    row: ApiToken
    live: bool = True
    notes: dict[tuple[str, str], Note] = field(default_factory=dict)  # (kind, person)


@dataclass
class Event:
    ended: Token | None
    planned: bool = False
    notes: dict[str, Note] = field(default_factory=dict)  # by person


class Oracle:
    """DESIGN, section 5, for one account, in the order of the table and without looking at the code."""

    def __init__(self) -> None:
        self.now = NOW
        self.roles = {"ada"}  # who administers
        self.bounced: set[str] = set()  # whose address turns mail away
        self.suspended = False
        self.tokens: list[Token] = []
        self.events: list[Event] = []

    @property
    def admins(self) -> set[str]:
        return self.roles - self.bounced

    def kind(self, token: Token) -> str | None:
        left = (token.row.expires_at - self.now) / DAY
        if left < -1 or left > 30:
            return None
        return "expired" if left <= 0 else "expires_1" if left <= 1 else "expires_7" if left <= 7 else "expires_30"

    def plan_events(self) -> None:
        for event in self.events:
            if not event.planned:
                for note in event.ended.notes.values() if event.ended else ():
                    note.state = "cancelled" if note.state == "pending" else note.state
                event.planned = bool(self.admins)
                for person in self.admins:
                    if event.notes.get(person, Note("cancelled")).state == "cancelled":
                        event.notes[person] = Note()

    def sweep(self) -> None:
        self.plan_events()
        for token in self.tokens:
            if token.live and not self.suspended:
                self.sweep_token(token)

    def sweep_token(self, token: Token) -> None:
        if token.row.expires_at - self.now < -DAY:
            told = {note.state for (kind, _), note in token.notes.items() if kind == "expired"}
            if told <= {"pending", "cancelled", "superseded", "failed"}:
                for person in self.admins:
                    token.notes.setdefault(("expired", person), Note()).state = "missed"
        elif due := self.kind(token):
            for person in self.admins:
                for kind in NOTICES:
                    note = token.notes.get((kind, person))
                    if kind != due and note and note.state == "pending":
                        note.state = "superseded"
                if token.notes.get((due, person), Note("cancelled")).state in {"cancelled", "superseded"}:
                    token.notes[due, person] = Note()

    def send(self, mood: str) -> None:
        for event in self.events:
            for person, note in event.notes.items():
                self.send_note(note, mood, "cancelled" if person not in self.admins else None)
            if event.planned and {note.state for note in event.notes.values()} == {"cancelled"}:
                event.planned = False
        for token in self.tokens:
            for (kind, person), note in token.notes.items():
                self.send_note(note, mood, self.refusal(token, kind, person))

    def send_note(self, note: Note, mood: str, refusal: str | None) -> None:
        if note.state in {"pending", "sending"}:
            note.first = note.first or self.now
            given_up = "failed" if self.now - note.first >= DAY else None
            note.state = refusal or given_up or self.after(mood)

    def refusal(self, token: Token, kind: str, person: str) -> str | None:
        if person not in self.admins or not token.live or self.suspended:
            return "cancelled"
        if self.kind(token) == kind:
            return None
        told = any(note.state == "sent" for (other, _), note in token.notes.items() if other == "expired")
        too_late = kind == "expired" and token.row.expires_at - self.now < -DAY
        return "missed" if too_late and not told else "superseded"

    def after(self, mood: str) -> str:
        return {"well": "sent", "down": "pending", "refuses": "failed"}.get(mood, "sending")
