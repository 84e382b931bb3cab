from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections
from django.http import HttpResponse
from django.utils.translation import override

from ratusz.apps.core.ratelimit import address_of, caller_of, rate_limit, take, when_to_come_back
from tests.editions.factories import make_user


def age(key: str, seconds: int) -> None:
    """Lets time pass for one bucket."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_rate_bucket SET at = at - make_interval(secs => %s) WHERE key = %s", [seconds, key]
        )


@pytest.mark.django_db
def test_take_gives_the_size_of_the_bucket_then_says_how_long_to_wait():
    assert [take("a", "3/m") for _ in range(3)] == [0, 0, 0]
    assert take("a", "3/m") == pytest.approx(20, abs=1)
    assert take("b", "3/m") == 0


@pytest.mark.django_db
def test_bucket_refills_with_time_and_asking_in_vain_does_not_empty_it():
    for _ in range(3):
        take("a", "3/m")
    age("a", 10)
    assert take("a", "3/m") == pytest.approx(10, abs=1)
    age("a", 11)
    assert take("a", "3/m") == 0
    age("a", 3600)
    assert [bool(take("a", "3/m")) for _ in range(4)] == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_take_counts_each_call_once_when_many_come_together():
    def call(_: int) -> float:
        try:
            return take("rush", "10/d")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(call, range(40)))
    assert sum(wait == 0 for wait in waits) == 10


@pytest.mark.django_db
def test_rate_limit_answers_429_with_a_page_and_retry_after(rf):
    view = rate_limit("search", "2/m")(lambda request: HttpResponse("ok"))
    request = rf.get("/")
    request.user = AnonymousUser()
    answers = [view(request) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 30
    assert b"<h1>" in answers[2].content
    assert when_to_come_back(int(answers[2]["Retry-After"])) in answers[2].content.decode()


@pytest.mark.parametrize(
    ("seconds", "pl", "en"),
    [(1, "za 1 sekundę", "in 1 second"), (33, "za 33 sekundy", "in 33 seconds"), (60, "za 1 minutę", "in 1 minute"),
     (61, "za 2 minuty", "in 2 minutes"), (300, "za 5 minut", "in 5 minutes"), (3541, "za 1 godzinę", "in 1 hour"),
     (3601, "za 2 godziny", "in 2 hours")],
)  # fmt: skip
def test_wait_is_said_in_words(seconds, pl, en):
    with override("pl"):
        assert when_to_come_back(seconds) == f"Spróbuj ponownie {pl}."
    with override("en"):
        assert when_to_come_back(seconds) == f"Try again {en}."


@pytest.mark.django_db
def test_caller_is_the_person_or_the_address(rf):
    request = rf.get("/")
    request.user = person = make_user()
    assert caller_of(request) == f"user:{person.pk}"
    request.user = AnonymousUser()
    assert caller_of(request) == "address:127.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [(0, "6.6.6.6", "127.0.0.1"), (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"), (2, "6.6.6.6, 9.9.9.9", "6.6.6.6"),
     (2, "9.9.9.9", "127.0.0.1")],
)  # fmt: skip
def test_address_believes_only_the_proxies_that_are_trusted(rf, settings, proxies, header, address):
    settings.TRUSTED_PROXIES = proxies
    assert address_of(rf.get("/", HTTP_X_FORWARDED_FOR=header)) == address
