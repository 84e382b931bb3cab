from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from ratusz.apps.core.errors import DomainError
from ratusz.demo.services import PHASES, move_to_phase


class Command(BaseCommand):
    help = "Moves the demo edition to a phase of its life."

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes the name of the phase."""
        parser.add_argument("phase", choices=PHASES)

    def handle(self, *args: Any, **options: Any) -> None:
        """Moves the demo and says where it stands."""
        if not settings.DEMO:
            raise CommandError("The demo belongs to demo mode: set RATUSZ_DEMO=1.")
        try:
            edition = move_to_phase(options["phase"])
        except DomainError as error:
            with override("en"):  # as the command line speaks
                raise CommandError(str(error)) from None
        self.stdout.write(
            f"{edition.name_pl} stands in the phase {options['phase']}; its session is on {edition.session_date}."
        )
