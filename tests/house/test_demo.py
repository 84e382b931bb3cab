"""The demo from the command line."""

import pytest

from ratusz.cli import server
from tests.house.conftest import free_port, ratusz


def test_phases_in_the_help_are_those_of_the_demo():
    from ratusz.demo.dates import PHASES

    assert sorted(server.PHASES) == sorted(PHASES)


@pytest.mark.slow
def test_demo_moves_to_a_phase_and_names_the_phases_for_a_wrong_one(home):
    answer = ratusz(home, "demo", "--phase", "convene")
    assert answer.returncode == 0, answer.stderr
    assert "convene" in answer.stdout
    wrong = ratusz(home, "demo", "--phase", "siesta")
    assert wrong.returncode == 1
    last = wrong.stderr.strip().splitlines()[-1]
    assert last.startswith("ratusz: ")
    assert "convene" in last


@pytest.mark.slow
def test_demo_under_a_public_name_is_refused_in_plain_words(home):
    answer = ratusz(home, "serve", "--demo", PORT=str(free_port()), ALLOWED_HOSTS="ratusz.example.org")
    assert answer.returncode == 1
    assert "Demo mode refuses to start" in answer.stderr
    assert "Traceback" not in answer.stderr
