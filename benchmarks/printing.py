"""Badges, tents and seat cards for 250 people: seconds for each set; the aim is 5 s for the slowest."""

import time

PEOPLE, AIM = 250, 5.0
DOCUMENTS = ("badges", "tents", "cards")


def person(number: int) -> dict:
    """Somebody with a long name and four stops, as the application tells the typesetter."""
    from ratusz.apps.dialogue.pictures import qr_for_paper

    stop = {
        "time": "11:00", "until": "11:30", "table": number % 30 + 1, "room": "Sala Kolumnowa",
        "block": "Okrągłe stoły, runda 1", "topic": "Ciepło w mieście",
    }  # fmt: skip
    return {
        "id": number, "name": f"Święcisława Brzęczyszczykiewicz-Żółć {number}", "from": "Urząd Miasta Częstochowy",
        "position": "dyrektorka Wydziału Strategii i Rozwoju", "represents": "", "type": "Samorząd",
        "shape": ("local_government", "business", "ngo", "institution", "expert")[number % 5],
        "no_photo": number % 7 == 0, "qr": qr_for_paper(f"code-of-the-person-{number:04d}"), "route": [stop] * 4,
    }  # fmt: skip


def main() -> int:
    """Prints the seconds of each set and returns 1 where the aim was missed."""
    import datetime as dt

    from ratusz.apps.core.documents import make_pdf

    words = {"no_photo": "bez zdjęć", "table": "stół", "no_route": "–", "qr": "Kod QR rejestracji"}
    slowest = 0.0
    for document in DOCUMENTS:
        began = time.perf_counter()
        facts = {
            "title": "Sesja Dialogu", "description": "Pomiar", "language": "pl", "event": "Edycja 2026",
            "day": "1 czerwca 2026", "words": words, "people": [person(number) for number in range(PEOPLE)],
        }  # fmt: skip
        pdf = make_pdf(
            f"dialogue/typst/{document}.typ", facts, created=dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
        )
        seconds = time.perf_counter() - began
        slowest = max(slowest, seconds)
        print(f"{document}: {PEOPLE} people in {seconds:.2f} s, {len(pdf) // 1024} kB")
    return int(slowest > AIM)
