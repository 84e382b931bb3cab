from django.db import migrations

TEXTS = [
    {
        "purpose": "image",
        "title_pl": "Zdjęcia i nagrania",
        "title_en": "Photographs and recordings",
        "text_pl": (
            "Zgadzam się, aby organizator publikował na stronie programu i w jego materiałach zdjęcia i nagrania "
            "z Sesji Dialogu i z gali, na których mnie widać lub słychać. Bez tej zgody dostaję oznaczenie "
            "„bez zdjęć” na identyfikatorze i na liście miejsc."
        ),
        "text_en": (
            "I agree that the organiser publishes, on the programme's site and in its materials, photographs and "
            "recordings of the Dialogue Session and the gala in which I can be seen or heard. Without this consent "
            "my badge and the seat list carry the mark “no photographs”."
        ),
    },
    {
        "purpose": "invitations",
        "title_pl": "Zaproszenia do kolejnych edycji",
        "title_en": "Invitations to the next editions",
        "text_pl": (
            "Zgadzam się, aby organizator przysyłał mi na mój adres e-mail zaproszenia do kolejnych edycji programu. "
            "Wiadomości o edycji, w której biorę udział, dostaję niezależnie od tej zgody."
        ),
        "text_en": (
            "I agree that the organiser sends invitations to the next editions of the programme to my e-mail. "
            "Mails about an edition in which I take part reach me whether I agree or not."
        ),
    },
]


def publish(apps, schema_editor):
    ConsentText = apps.get_model("accounts", "ConsentText")
    for text in TEXTS:
        ConsentText.objects.get_or_create(purpose=text["purpose"], version=1, defaults=text)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
