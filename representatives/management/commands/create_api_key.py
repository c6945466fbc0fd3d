"""`manage.py create_api_key`: a key for another system, printed once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError

from insurers.models import Branch, Region
from omsportal.platform.clock import database_now
from representatives import api_keys
from representatives.integrating import Span
from representatives.models import Scope
from representatives.roles import INSURER_TIERS, Tier


class Command(BaseCommand):
    help = "Create an API key of a branch and print it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("region", help="region code, for example 76")
        parser.add_argument("name", help="which system uses the key")
        parser.add_argument("--insurer", default="", help="insurer's code; without it the fund of the region")
        parser.add_argument("--tier", type=int, choices=[int(tier) for tier in INSURER_TIERS], default=1)
        parser.add_argument("--scope", action="append", choices=Scope.values, dest="scopes")
        parser.add_argument(
            "--everywhere", action="store_true", help="all branches of the insurer, also later ones"
        )
        parser.add_argument("--days", type=int, default=365, help="how long the key lives")

    @pghistory.context(command="create_api_key")
    def handle(self, *_args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError("A key lives at least one day.")
        branch = _branch(options["insurer"], options["region"])
        if options["everywhere"] and branch.is_fund:
            raise CommandError("A fund has no other branches.")
        tier = int(Tier.FUND) if branch.is_fund else options["tier"]
        created = api_keys.put_in(
            span=Span(branch, everywhere=options["everywhere"]),
            name=options["name"],
            tier=tier,
            scopes=options["scopes"] or [str(scope) for scope in Scope.values],
            lifetime=timedelta(days=options["days"]),
            now=database_now(),
        )
        self.stdout.write(created.text)


def _branch(insurer: str, region_code: str) -> Branch:
    region = Region.objects.by_code(region_code)
    if region is None:
        raise CommandError(f"There is no region {region_code!r}.")
    found = (
        Branch.objects.by_codes(insurer, region_code) if insurer else Branch.objects.fund_of_region(region)
    )
    if found is None:
        raise CommandError(f"There is no branch of {insurer or 'the fund'} in region {region_code}.")
    return found
