"""The tool that keeps the Polish catalogues."""

import gettext
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "messages.py"

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
TITLE = _("Ranking of %(year)s")
MONTH = pgettext("month", "May")
def count(n):
    return ngettext("%(n)s city", "%(n)s cities", n) % {"n": n}
"""
TEMPLATE = """{% load i18n %}
    <p title="it's">{% translate "Read more" %} {{ _("Contents")|upper }}
 {% blocktranslate trimmed count n=all|length %}
    {{ n }} city of all
 {% plural %}
    {{ n }} cities of all, 100%
 {% endblocktranslate %}</p>
"""


class Project:
    """A small project with one app."""

    def __init__(self, root: Path):
        self.root, self.app = root, root / "src" / "ratusz" / "apps" / "core"
        self.po = self.app / "locale/pl/LC_MESSAGES/django.po"
        (self.app / "templates").mkdir(parents=True)
        (root / "tools").mkdir()
        shutil.copy(TOOL, root / "tools")
        (self.app / "views.py").write_text(CODE)
        (self.app / "templates" / "a.html").write_text(TEMPLATE)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, self.root / "tools" / "messages.py", *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def translate(self, **changes: str) -> None:
        """Fills each empty translation."""
        lines, text = self.po.read_text().splitlines(), []
        current = ""
        for line in lines:
            if line.startswith(("msgid", "msgid_plural")):
                current = line.split(" ", 1)[1].strip('"')
            if line.startswith("msgstr") and line.endswith(' ""') and current:
                line = line.removesuffix('""') + f'"{changes.get(current, "P " + current)}"'
            text.append(line)
        self.po.write_text("\n".join(text) + "\n")


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path)
    assert project.run("extract").returncode == 0
    return project


def test_untranslated_messages_fail_the_check(project):
    answer = project.run("check")
    assert answer.returncode == 1
    assert "core: not translated: “Ranking of %(year)s”" in answer.stdout
    assert "core: not translated: “Contents”" in answer.stdout


def test_complete_catalogue_passes_and_compiles(project):
    project.translate(**{"Read more": "Czytaj dalej"})
    answer = project.run("check")
    assert answer.stdout == "Messages: complete.\n"
    project.run("compile")
    with project.po.with_suffix(".mo").open("rb") as file:
        polish = gettext.GNUTranslations(file)
    assert polish.gettext("Read more") == "Czytaj dalej"
    assert polish.pgettext("month", "May") == "P May"
    assert polish.ngettext("%(n)s city of all", "", 5) == "P %(n)s cities of all, 100%%"


def test_extract_keeps_translations_and_does_not_change_a_complete_file(project):
    project.translate()
    before = project.po.read_text()
    project.run("extract")
    assert project.po.read_text() == before


def test_change_of_the_sources_fails_the_check(project):
    project.translate()
    (project.app / "views.py").write_text(CODE.replace("Ranking of", "Table of"))
    answer = project.run("check")
    assert "core: not in the catalogue: “Table of %(year)s”" in answer.stdout
    assert "core: no longer used: “Ranking of %(year)s”" in answer.stdout


def test_lost_placeholder_fails_the_check(project):
    project.translate(**{"Ranking of %(year)s": "Ranking z roku"})
    assert "core: other placeholders (year) in “Ranking of %(year)s”" in project.run("check").stdout


def test_fuzzy_translation_fails_the_check(project):
    project.translate()
    project.po.write_text(
        project.po.read_text().replace('\nmsgid "Read more"', '\n#, fuzzy\nmsgid "Read more"')
    )
    assert "core: fuzzy: “Read more”" in project.run("check").stdout


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('A = _(f"Hello {TITLE}")', "needs a plain string"),
        ('A = _("Hello " + TITLE)', "needs a plain string"),
        ('A = _("%s of %s")', "name the placeholder"),
        ('A = _("{} of all")', "name the placeholder"),
    ],
)
def test_message_that_no_catalogue_can_hold_is_named_with_its_line(project, line, fault):
    (project.app / "views.py").write_text(CODE + line + "\n")
    answer = project.run("check")
    assert answer.returncode == 1
    assert f"src/ratusz/apps/core/views.py:{CODE.count(chr(10)) + 1}: " in answer.stdout
    assert fault in answer.stdout


def test_two_apps_that_translate_the_same_text_otherwise_fail_the_check(project):
    project.translate()
    other = project.root / "src/ratusz/apps/other"
    other.mkdir()
    (other / "views.py").write_text('from django.utils.translation import gettext as _\nA = _("Read more")\n')
    project.run("extract")
    po = other / "locale/pl/LC_MESSAGES/django.po"
    assert 'msgstr "P Read more"' in po.read_text()
    po.write_text(po.read_text().replace("P Read more", "Inaczej"))
    assert "other: translated otherwise than in core: “Read more”" in project.run("check").stdout
