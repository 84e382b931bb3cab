"""What all tests share: a database, media that are thrown away, a browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from ratusz.config import postgres

SITES = {"e2e", "house"}  # folders of tests that start sites, at some cost
ROWS = pytest.StashKey[tuple[DjangoDbBlocker, dict[str, bytes]]]()
TEST_HOME = Path(__file__).resolve().parent.parent / "var" / "test"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Sends a file, or a whole folder that starts sites, to one process."""

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return folder if (folder := file.split("/")[1]) in SITES else file

    return ByFile(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Points Django at a cluster of the tests' own unless DATABASE_URL names a server; the last process stops it."""
    from django.conf import settings

    if os.environ.get("DATABASE_URL"):
        yield
        return
    with postgres.running(TEST_HOME, durable=False):
        settings.DATABASES["default"] |= {
            "HOST": str(postgres.socket_folder(TEST_HOME)),
            "USER": postgres.OWNER,
        }
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> None:
    """Remembers the rows that the migrations made, for `pytest_runtest_teardown`."""
    from django.db import connection

    if not connection.settings_dict["NAME"].startswith("test_"):
        # pytest-django makes one only for the fixture `db` and its mark, and would hand out the live database.
        pytest.exit("no test asks for the fixture db: run the whole folder", returncode=2)
    rows = {}
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                rows[table] = b"".join(copy)
    request.config.stash[ROWS] = (django_db_blocker, rows)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Puts the migrations' rows back after a test that commits: Django empties every table behind it."""
    outcome = yield
    mark = item.get_closest_marker("django_db")
    # After the last test the cluster is gone, and nobody would read the rows.
    if nextitem and mark and mark.kwargs.get("transaction"):
        blocker, rows = item.config.stash[ROWS]
        with blocker.unblock():
            put_back(rows)
    return outcome


def put_back(rows: dict[str, bytes]) -> None:
    """Makes every table hold these rows and no others, and numbers go on after them."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction
    from wagtail.models import Site

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in rows) + " RESTART IDENTITY")
        for table, content in rows.items():
            if content:
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(content)
        for sequence in (s for table in rows for s in connection.introspection.get_sequences(cursor, table)):
            table, column = sequence["table"], sequence["column"]
            cursor.execute(
                f'SELECT setval(pg_get_serial_sequence(%s, %s), max("{column}")) FROM "{table}" '
                f'HAVING max("{column}") IS NOT NULL',
                [f'"{table}"', column],
            )
    connection.close()
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()


@pytest.fixture(autouse=True)
def language_of_the_site() -> None:
    """Begins each test in Polish: a page that a test reads in English leaves its language behind."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def media_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps uploads of the tests out of the home."""
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium for a module; take a new context for each test."""
    from playwright.sync_api import sync_playwright

    from tests.browser import launch

    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of reference data: RATUSZ_SHARED, or ../shared/data beside the repository."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    folder = Path(os.environ.get("RATUSZ_SHARED") or beside)
    if not folder.is_dir():
        reason = f"no reference data in {folder}: set RATUSZ_SHARED to their folder"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
