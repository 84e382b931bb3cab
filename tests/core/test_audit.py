import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils.translation import override
from wagtail.models import Page

import ratusz
from ratusz.apps.core import audit
from ratusz.apps.core.models import AuditEntry
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement", ["UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry"]
)
def test_database_refuses_to_change_or_delete_an_entry(statement):
    entry = audit.record(by=None, action="test.done", subject=make_edition())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).action == "test.done"


def test_entry_about_a_person_carries_a_number_and_no_name():
    person = make_user(full_name="Jan Kowalski", email="jan@example.org")
    entry = audit.record(by=person, action="test.done", subject=person)
    assert entry.subject_label == f"person {person.pk}"


def test_what_is_done_in_wagtail_is_in_the_log():
    editor = make_user(is_superuser=True)
    page = Page.get_first_root_node().add_child(instance=Page(title="Aktualność", slug="aktualnosc"))
    page.save_revision(user=editor, log_action=True)
    entry = AuditEntry.objects.latest("id")
    assert (entry.actor, entry.action, entry.subject_label) == (editor, "wagtail.edit", "Aktualność")
    assert entry.subject_id == str(page.pk)


def recorded_actions() -> Iterator[str]:
    """Every action that the sources give to the log."""
    for path in Path(ratusz.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            values = [key.value for key in getattr(node, "keywords", []) if key.arg == "action"]
            for part in (part for value in values for part in ast.walk(value)):
                if isinstance(part, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(part.value)):
                    yield part.value


@pytest.mark.parametrize("action", sorted(set(recorded_actions())))
def test_every_action_has_words_in_both_languages(action):
    words = []
    for language in ("pl", "en"):
        with override(language):
            words.append(audit.words_for(action))
    assert action not in words
    assert words[0] != words[1]
