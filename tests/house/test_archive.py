"""A backup brought into an empty home gives the same site."""

import json
import stat
import tarfile

import psycopg
import pytest

from ratusz.cli import archive
from ratusz.config import postgres
from tests.house.conftest import ADMIN, ratusz

pytestmark = pytest.mark.slow


def rows_of(home) -> dict[str, list]:
    """Every row of every table, as text, in a stable order."""
    with postgres.running(home) as url, psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            name: connection.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1').fetchall()
            for (name,) in tables
        }


def files_of(home) -> dict[str, bytes]:
    """The media and the key."""
    media = {str(p.relative_to(home)): p.read_bytes() for p in (home / "media").rglob("*") if p.is_file()}
    return media | {"secret_key": (home / "secret_key").read_bytes()}


@pytest.fixture
def full_home(home):
    folder = home / "media" / "images"
    folder.mkdir(parents=True)
    (folder / "łódź.png").write_bytes(bytes(range(256)) * 5000)
    return home


def test_backup_restored_into_an_empty_home_gives_the_same_site(full_home, tmp_path):
    file = tmp_path / "copies" / "site.tar"
    answer = ratusz(full_home, "backup", str(file))
    assert answer.returncode == 0, answer.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["site.tar"]

    other = tmp_path / "other"
    answer = ratusz(other, "restore", str(file))
    assert answer.returncode == 0, answer.stderr
    rows = rows_of(full_home)
    assert any(ADMIN in row[0] for row in rows["accounts_user"])
    assert rows_of(other) == rows
    assert files_of(other) == files_of(full_home)
    assert not list(other.glob("restore.*"))

    refused = ratusz(other, "restore", str(file))
    assert refused.returncode == 1
    assert refused.stderr.strip() == (
        f"ratusz: {other} holds a site already: set RATUSZ_HOME to an empty folder, or add --force to replace it."
    )

    with postgres.running(other) as url, psycopg.connect(url) as connection:
        connection.execute("UPDATE accounts_user SET email = 'changed@example.org'")
    (other / "media" / "later.txt").write_text("gone after the restore")
    forced = ratusz(other, "restore", "--force", str(file))
    assert forced.returncode == 0, forced.stderr
    assert rows_of(other) == rows
    assert files_of(other) == files_of(full_home)


def test_restore_of_a_damaged_file_changes_nothing(full_home, tmp_path):
    file = tmp_path / "site.tar"
    assert ratusz(full_home, "backup", str(file)).returncode == 0
    rows, files = rows_of(full_home), files_of(full_home)
    content = bytearray(file.read_bytes())
    content[2000] ^= 0xFF
    for damaged in (bytes(content), bytes(content[: len(content) // 2]), b"", b"%PDF-1.7 not ours"):
        (tmp_path / "damaged.tar").write_bytes(damaged)
        answer = ratusz(full_home, "restore", "--force", str(tmp_path / "damaged.tar"))
        assert answer.returncode == 1
        (line,) = answer.stderr.strip().splitlines()
        assert line.endswith("is not a whole backup of Ratusz: take another copy of it, or an older backup.")
    assert rows_of(full_home) == rows
    assert files_of(full_home) == files


def test_restore_without_a_file_is_one_sentence(tmp_path):
    answer = ratusz(tmp_path / "h", "restore", str(tmp_path / "nothing.tar"))
    assert answer.stderr.startswith(f"ratusz: there is no file {tmp_path / 'nothing.tar'}")


def write_tar(path, manifest: dict, **members: bytes) -> None:
    """A tar file with a manifest of our choice."""
    with tarfile.open(path, "w") as out:
        for name, content in members.items():
            archive.add_bytes(out, name, content)
        archive.add_bytes(out, archive.MANIFEST, json.dumps(manifest).encode())


def test_backup_of_a_newer_ratusz_is_refused(tmp_path):
    file = tmp_path / "future.tar"
    entry = {"size": 0, "sha256": ""}
    write_tar(file, {"format": 1, "ratusz": "99.0.0", "made": "2099-01-01", "files": {archive.DUMP: entry}})
    with pytest.raises(archive.homes.CannotGoOn, match=r"written by Ratusz 99\.0\.0"), archive.opened(file):
        pass


@pytest.mark.parametrize("name", ["media/../../outside", "/outside", "elsewhere/file"])
def test_backup_with_a_name_that_leads_outside_is_refused(tmp_path, name):
    file, target = tmp_path / "evil.tar", tmp_path / "target"
    files = {archive.DUMP: {"size": 0, "sha256": ""}, name: {"size": 1, "sha256": ""}}
    manifest = {"format": 1, "ratusz": "0.1.0", "made": "2026-01-01", "files": files}
    write_tar(file, manifest, **{name: b"x"})
    del manifest["files"][archive.DUMP]
    with tarfile.open(file) as opened, pytest.raises(tarfile.TarError, match="leads outside"):
        archive.unpack(opened, manifest, target)
    assert not target.exists()
