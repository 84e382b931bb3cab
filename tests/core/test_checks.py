import pytest

from ratusz.apps.core.checks import demo_stays_on_loopback, refuse_unsafe_demo

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


@pytest.mark.parametrize(
    ("demo", "hosts", "base", "errors"),
    [
        (True, LOOPBACK, "http://127.0.0.1:8000", 0),
        (True, LOOPBACK, "http://localhost:8123", 0),
        (True, LOOPBACK, "http://[::1]:8000", 0),
        (True, [*LOOPBACK, "miasta.example.org"], "http://127.0.0.1:8000", 1),
        (True, ["*"], "http://127.0.0.1:8000", 1),
        (True, LOOPBACK, "http://192.168.1.5:8000", 1),
        (True, LOOPBACK, "https://localhost", 1),
        (True, ["miasta.example.org"], "https://miasta.example.org", 3),
        (False, ["miasta.example.org"], "https://miasta.example.org", 0),
    ],
)
def test_demo_is_refused_wherever_others_could_reach_it(settings, demo, hosts, base, errors):
    settings.DEMO, settings.ALLOWED_HOSTS, settings.BASE_URL, settings.DEBUG = demo, hosts, base, False
    found = demo_stays_on_loopback(None)
    assert [error.id for error in found] == ["ratusz.E001"] * errors
    if errors:
        with pytest.raises(SystemExit, match="Demo mode refuses to start"):
            refuse_unsafe_demo()
    else:
        refuse_unsafe_demo()
