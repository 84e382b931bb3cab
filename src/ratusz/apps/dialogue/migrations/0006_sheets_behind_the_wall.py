from django.db import migrations, models


class Migration(migrations.Migration):
    """Photos of sheets stand in the database: a file under the media would have an address that anybody can open."""

    dependencies = [("dialogue", "0005_personal_feed")]

    operations = [
        migrations.AddField(
            model_name="note",
            name="naming",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Names nobody"),
                    ("suspected", "Seems to name somebody"),
                    ("cleared", "An organiser read it: names nobody"),
                ],
                default="",
                max_length=10,
                verbose_name="names",
            ),
        ),
        # No screen has taken a photo yet, so that none is lost.
        migrations.RemoveField(model_name="notesheet", name="photo"),
        migrations.AddField(
            model_name="notesheet",
            name="photo",
            field=models.BinaryField(default=b"", verbose_name="photo"),
            preserve_default=False,
        ),
    ]
