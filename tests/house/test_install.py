"""The Makefile and the files around it."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs make without the variables of an outer make."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", *arguments], cwd=cwd, env=kept, capture_output=True, text=True, timeout=60)


def test_missing_python_is_one_sentence(tmp_path):
    answer = make("install", "PYTHON=python-nowhere", f"VENV={tmp_path / 'venv'}")
    assert answer.returncode != 0
    assert answer.stderr.startswith(
        "Ratusz needs Python 3.11 or newer and there is no python-nowhere here: install it"
    )
    assert not (tmp_path / "venv").exists()


def test_old_python_is_one_sentence(tmp_path):
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" || exit 1\n')
    old.chmod(0o755)
    answer = make("install", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert answer.returncode != 0
    assert f"Ratusz needs Python 3.11 or newer and {old} is 3.9.2: install a newer one" in answer.stderr


def test_help_lists_every_target():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    listed = {line.split()[0] for line in make("help").stdout.splitlines()}
    assert listed == targets


def test_lock_pins_every_package_by_hash_and_names_no_index():
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|--index|--extra-index|--find-links", text)
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        if not requirement.startswith("#"):
            assert "==" in requirement.split("\n")[0]
            assert "--hash=sha256:" in requirement


def test_ci_runs_the_tests_of_make():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()
    assert subprocess.run(["bash", "-n", script]).returncode == 0


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "tools").glob("*.sh")))
def test_script_is_sound_and_strict(script):
    path = ROOT / "tools" / script
    assert os.access(path, os.X_OK)
    assert "set -euo pipefail" in path.read_text()
    assert subprocess.run(["bash", "-n", path]).returncode == 0


WITHOUT_THE_PLATFORM = """
import sys
HIDDEN = {"django", "wagtail", "psycopg", "procrastinate", "httpx", "openpyxl"}
class Hiding:
    def __init__(self, finder):
        self.finder = finder
    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in HIDDEN else self.finder.find_spec(name, path, target)
sys.meta_path[:] = [Hiding(finder) for finder in sys.meta_path]
from ratusz.cli.main import app
app()
"""


@pytest.mark.parametrize(
    ("command", "status", "words"),
    [("--help", 0, "verify"), ("rank --help", 0, "--method"), ("serve", 2, 'pip install "ratusz[web]"')],
)
def test_command_line_without_django(tmp_path, command, status, words):
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_PLATFORM, *command.split()],
        env={**os.environ, "RATUSZ_HOME": str(tmp_path / "h"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == status, answer.stderr
    assert words in answer.stdout + answer.stderr
    assert not (tmp_path / "h").exists()


@pytest.mark.slow
def test_wheel_holds_the_compiled_messages_and_every_file_of_the_package(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True
    )
    (wheel,) = tmp_path.glob("ratusz-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True
    ).stdout.splitlines()
    kept = {name.removeprefix("src/") for name in tracked if (ROOT / name).exists()}
    assert kept - names == set()
    assert {name.replace(".po", ".mo") for name in kept if name.endswith(".po")} <= names


class TestCompose:
    """The compose file: three services that come up in order."""

    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]

    def test_there_is_one_service_for_each_process(self):
        assert set(self.services) == {"prepare", "web", "worker", "postgres"}

    def test_web_and_worker_wait_for_the_prepared_database(self):
        assert self.services["prepare"]["depends_on"]["postgres"]["condition"] == "service_healthy"
        for name in ("web", "worker"):
            assert (
                self.services[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
            )

    def test_web_and_database_tell_whether_they_are_well(self):
        for name in ("web", "postgres"):
            assert self.services[name]["healthcheck"]["test"]

    def test_passwords_come_from_outside(self):
        text = (ROOT / "compose.yaml").read_text()
        assert "${POSTGRES_PASSWORD:?" in text
        assert not re.search(r"PASSWORD: [a-z]", text)

    def test_web_is_published_on_this_machine_only_and_the_database_not_at_all(self):
        assert all(port.startswith("127.0.0.1:") for port in self.services["web"]["ports"])
        assert "ports" not in self.services["postgres"]

    def test_data_outlive_the_containers(self):
        assert any(volume.startswith("database:") for volume in self.services["postgres"]["volumes"])
        assert any(volume.startswith("home:") for volume in self.services["web"]["volumes"])

    def test_image_runs_as_an_ordinary_user(self):
        lines = (ROOT / "Dockerfile").read_text().splitlines()
        assert [line for line in lines if line.startswith("USER ")][-1] == "USER ratusz"
