from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.lookups import account_with_slug
from tokens.models import ApiToken
from tokens.usage import with_last_use


class Command(BaseCommand):
    help = "List the API tokens that are not revoked or replaced, one a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", metavar="SLUG", help="of this account only")
        parser.add_argument("--all", action="store_true", help="also those that have ended")

    def handle(self, *args: Any, **options: Any) -> None:
        tokens = ApiToken.objects.all() if options["all"] else ApiToken.objects.open()
        if slug := options["account"]:
            tokens = tokens.filter(account=account_with_slug(slug))
        now = timezone.now()
        self.stderr.write("PUBLIC ID\tACCOUNT\tTOKEN\tSTATE\tEXPIRES (UTC)\tLAST USED (UTC)\tNAME")
        for token in with_last_use(tokens.select_related("account").order_by("account__slug", "created_at")).iterator():
            state = token.get_end_reason_display() or ("Expired" if token.is_expired(now) else "Active")
            columns = (
                token.public_id,
                token.account.slug,
                token.mask,
                state,
                f"{token.expires_at:%Y-%m-%d}",
                f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never",
                token.name,
            )
            self.stdout.write("\t".join(columns))
