from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ratusz.apps.core.errors import DomainError
from ratusz.demo.services import load_demo


class Command(BaseCommand):
    help = "Loads the demo: real cities and figures, three editions, invented people. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads the demo with a progress bar."""
        if not settings.DEMO:
            raise CommandError("The demo belongs to demo mode: set RATUSZ_DEMO=1.")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        bar = Progress(*columns, console=Console(stderr=True, quiet=options["verbosity"] == 0))
        task = bar.add_task("Loading the demo edition")

        def progress(label: str, done: int, total: int) -> None:
            bar.start()
            text = f"Loading the demo edition: {label}" if label else "Loading the demo edition"
            bar.update(task, description=text, completed=done, total=total)

        try:
            loaded = load_demo(progress=progress)
        except DomainError as error:
            with override("en"):  # as the command line speaks
                raise CommandError(str(error)) from None
        finally:
            bar.stop()
        if not loaded:
            self.stdout.write("The demo is there already.")
