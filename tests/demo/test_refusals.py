"""What the demo's commands refuse; here the demo is not loaded."""

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition, Programme
from ratusz.apps.ranking import services
from ratusz.apps.ranking.models import Method
from ratusz.demo.services import load_demo, move_to_phase
from tests.editions.factories import make_edition, make_user


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


def test_load_that_is_cut_short_leaves_nothing_behind(db):
    class PowerCutError(Exception):
        pass

    def cut(label: str, done: int, total: int) -> None:
        if done == 2:
            assert Edition.objects.exists()
            raise PowerCutError

    with pytest.raises(PowerCutError):
        load_demo(progress=cut)
    assert not Edition.objects.exists()
    assert not Programme.objects.exists()


def test_refusal_of_a_service_is_said_in_the_language_of_whoever_reads_it(db):
    edition = make_edition(open_phases=("rank",))
    draft = Method.objects.create(edition=edition, version=1)
    with override("pl"), pytest.raises(DomainError) as refused:
        services.request_run(method=draft, by=make_user("organiser", edition=edition))
    with override("en"):
        assert str(refused.value).startswith("Only a locked method can be run.")
