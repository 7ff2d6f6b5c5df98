"""Rows for tests. Tokens come from the service, as everywhere."""

from datetime import UTC, datetime
from typing import Any

from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from accounts.models import Account, User
from assistant import rules
from assistant.models import LIFETIME, Conversation, Job, Origin

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


class AccountFactory(DjangoModelFactory[Account]):
    class Meta:
        model = Account

    name = Sequence(lambda number: f"Company {number}")
    slug = Sequence(lambda number: f"company-{number}")
    created_at = NOW


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda number: f"person{number}@example.test")
    account = SubFactory(AccountFactory)
    role = User.Role.VIEWER
    created_at = NOW

    @post_generation
    def password(user: User, create: bool, extracted: str | None, **kwargs: Any) -> None:  # noqa: N805
        user.set_password(extracted or PASSWORD)
        user.save(update_fields=["password"])


class ConversationFactory(DjangoModelFactory[Conversation]):
    class Meta:
        model = Conversation

    user = SubFactory(UserFactory)
    account = SelfAttribute("user.account")
    origin = Origin.API
    external_id = Sequence(lambda number: f"conversation {number}")
    created_at = NOW
    last_at = NOW


class JobFactory(DjangoModelFactory[Job]):
    """A question that waits; in a final state, give it `finished_at` and `answer`."""

    class Meta:
        model = Job

    conversation = SubFactory(ConversationFactory)
    account = SelfAttribute("conversation.account")
    question = Sequence(lambda number: f"Where is revenue {number}?")
    fingerprint = LazyAttribute(lambda job: rules.fingerprint(job.question))
    created_at = NOW
    next_attempt_at = SelfAttribute("created_at")
    expires_at = LazyAttribute(lambda job: job.created_at + LIFETIME)
