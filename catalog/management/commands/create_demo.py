import secrets
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import services
from accounts.actors import COMMAND_LINE
from accounts.errors import AccountError
from accounts.models import Account, User
from catalog.demo.filling import fill
from catalog.errors import CatalogError

ACCOUNT, ADMIN, OPERATOR = "Acme", "ada@acme.test", "olga@catalog.test"
OPERATOR_IS: services.UserChanges = {"first_name": "Olga", "last_name": "Brandt"}


class Command(BaseCommand):
    help = (
        f"Create a demo account with {ADMIN}, some colleagues and the catalog of a shop's warehouse, and the operator "
        f"{OPERATOR}; prints the passwords of these two, once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.create(now=timezone.now())
        except (AccountError, CatalogError) as error:  # a person of another account, or a team, is called the same
            raise CommandError(str(error)) from None

    @transaction.atomic
    def create(self, *, now: datetime) -> None:
        account = Account.objects.filter(slug="acme").first()
        if account is None:
            account, admin = services.create_account(ACCOUNT, admin_email=ADMIN, by=COMMAND_LINE, now=now)
            self.give_password(admin, "administrator")
        if not User.objects.filter(email=OPERATOR).exists():
            operator = services.create_user(OPERATOR, is_staff=True, by=COMMAND_LINE, now=now)
            services.change_user(operator, changes=OPERATOR_IS, shown=operator.version, by=COMMAND_LINE, now=now)
            self.give_password(operator, "operator")
        fill(account, now=now)

    def give_password(self, user: User, what: str) -> None:
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save(update_fields=["password"])
        self.stdout.write(f"Demo {what}: {user.email}  password: {password}")
