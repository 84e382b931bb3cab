"""What the demo's commands refuse; here the demo is not loaded."""

import pytest
from django.core.management import CommandError, call_command

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition, Programme
from ratusz.demo.services import move_to_phase


def test_loaddemo_refuses_a_site_with_editions_of_its_own(db, settings):
    settings.DEMO = True
    programme = Programme.objects.create(
        slug="own", name_pl="Własny", organiser="X", contact_email="x@example.org"
    )
    Edition.objects.create(programme=programme, year=2026, name_pl="Własna")
    with pytest.raises(CommandError, match="editions of its own"):
        call_command("loaddemo", verbosity=0)


@pytest.mark.parametrize("command", [["loaddemo"], ["demo_phase", "rank"]])
def test_commands_refuse_to_run_outside_demo_mode(settings, command):
    settings.DEMO = False
    with pytest.raises(CommandError, match="RATUSZ_DEMO"):
        call_command(*command)


def test_move_without_the_demo_says_what_to_do(db):
    with pytest.raises(DomainError, match="ratusz demo"):
        move_to_phase("measure")
