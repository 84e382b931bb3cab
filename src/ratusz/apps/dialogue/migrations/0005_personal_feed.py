import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import ratusz.apps.dialogue.models.people


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0004_registration")]

    operations = [
        migrations.CreateModel(
            name="PersonalFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=ratusz.apps.dialogue.models.people.new_code,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                (
                    "registration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feed",
                        to="dialogue.registration",
                        verbose_name="person",
                    ),
                ),
            ],
            options={"verbose_name": "calendar address", "verbose_name_plural": "calendar addresses"},
        ),
    ]
