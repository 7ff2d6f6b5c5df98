from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import COMMAND_LINE
from accounts.models import Account
from catalog.choices import SourceTechnology
from catalog.errors import CatalogError
from ingestion.sources import create_source


class Command(BaseCommand):
    help = "Add a source that files are uploaded for; prints its id, which is part of the address of each upload."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="as people know it, for example 'Production warehouse'")
        parser.add_argument("--account", metavar="SLUG", required=True, help="whose source it is")
        parser.add_argument(
            "--technology", metavar="TECHNOLOGY", required=True, help="the tool, for example POSTGRES, DBT, TABLEAU"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account = Account.objects.filter(slug=options["account"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['account']}.")
        technology = options["technology"].upper()
        if technology not in SourceTechnology:
            raise CommandError(f"There is no technology {technology}. Say one of {', '.join(SourceTechnology)}.")
        try:
            source = create_source(
                account,
                name=options["name"],
                technology=SourceTechnology(technology),
                by=COMMAND_LINE,
                now=timezone.now(),
            )
        except CatalogError as error:
            raise CommandError(str(error)) from None
        self.stderr.write(f"{source.get_type_display()} {source.name} of {account.slug}:")
        self.stdout.write(str(source.pk))
