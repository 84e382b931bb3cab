from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_imports")]

    operations = [
        migrations.AddField(
            "mail",
            "sender",
            models.CharField(blank=True, max_length=320, verbose_name="from", default=""),
            preserve_default=False,
        ),
        migrations.AlterField("mail", "body", models.TextField(blank=True, verbose_name="text")),
        migrations.AddField("mail", "secret", models.BooleanField(default=False)),
        # What is there already was kept by the demo's mailbox.
        migrations.AddField(
            "mail",
            "state",
            models.CharField(
                choices=[("waiting", "Waiting to be sent"), ("sent", "Sent"), ("failed", "Not sent")],
                db_index=True,
                default="sent",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            "mail",
            "state",
            models.CharField(
                choices=[("waiting", "Waiting to be sent"), ("sent", "Sent"), ("failed", "Not sent")],
                db_index=True,
                default="waiting",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            "mail", "tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")
        ),
        migrations.AlterField(
            "mail", "sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")
        ),
    ]
