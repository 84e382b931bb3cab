import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="feedback", name="id"),
        migrations.AddField(
            model_name="feedback",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
        ),
        migrations.AlterModelOptions(
            name="feedback",
            options={"ordering": ["key"], "verbose_name": "feedback", "verbose_name_plural": "feedback"},
        ),
    ]
