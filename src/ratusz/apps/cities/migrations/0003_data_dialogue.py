from datetime import timedelta

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

MINUTE = timedelta(minutes=1)


def name_the_edition(apps, schema_editor):
    """Gives each correction the edition in which it was made, as the audit log has it."""
    entries = apps.get_model("core", "AuditEntry").objects.filter(action="cities.correct_observation")
    editions = set(apps.get_model("editions", "Edition").objects.values_list("pk", flat=True))
    for correction in apps.get_model("cities", "Correction").objects.filter(edition=None):
        entry = (
            entries.filter(
                subject_id=str(correction.observation_id), actor=correction.by_id, at__gte=correction.at - MINUTE,
                at__lte=correction.at + MINUTE,
            )
            .order_by("at")
            .first()
        )  # fmt: skip
        if entry is not None and entry.edition_id in editions:
            correction.edition_id = entry.edition_id
            correction.save(update_fields=["edition"])


class Migration(migrations.Migration):

    dependencies = [
        ('cities', '0002_bdl'),
        ('core', '0005_mail_queue'),
        ('editions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('waiting', 'Waiting for a decision'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1)),
                ('old_value', models.FloatField(blank=True, null=True, verbose_name='value objected to')),
                ('old_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='its year')),
                ('typed', models.CharField(blank=True, max_length=60, verbose_name='proposed value as typed')),
                ('value', models.FloatField(blank=True, null=True, verbose_name='proposed value')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='reference year')),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('source_url', models.CharField(blank=True, max_length=500, verbose_name='address of the source')),
                ('grounds', models.TextField(blank=True, verbose_name='why')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changed')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('reason_pl', models.TextField(blank=True, verbose_name='reason of the decision (Polish)')),
                ('reason_en', models.TextField(blank=True, verbose_name='reason of the decision (English)')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='cities.city', verbose_name='city')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='correction',
            name='edition',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='editions.edition', verbose_name='edition'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='old_value',
            field=models.FloatField(blank=True, null=True, verbose_name='old value'),
        ),
        migrations.CreateModel(
            name='ObjectionFile',
            fields=[
                ('objection', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='document', serialize=False, to='cities.objection', verbose_name='objection')),
                ('name', models.CharField(max_length=120, verbose_name='file')),
                ('content_type', models.CharField(max_length=80)),
                ('size', models.PositiveIntegerField(verbose_name='size')),
                ('sha256', models.CharField(max_length=64)),
                ('data', models.BinaryField()),
            ],
            options={
                'verbose_name': 'document of an objection',
                'verbose_name_plural': 'documents of objections',
            },
        ),
        migrations.AddField(
            model_name='objection',
            name='correction',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objection', to='cities.correction', verbose_name='correction'),
        ),
        migrations.AddField(
            model_name='objection',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='objection',
            name='edition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='editions.edition', verbose_name='edition'),
        ),
        migrations.AddField(
            model_name='objection',
            name='indicator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='cities.indicator', verbose_name='indicator'),
        ),
        migrations.CreateModel(
            name='CityReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invited_at', models.DateTimeField(blank=True, null=True, verbose_name='invited')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='reminded')),
                ('looked_at', models.DateTimeField(blank=True, null=True, verbose_name='looked')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('confirmed_figures', models.CharField(blank=True, max_length=64)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='cities.city', verbose_name='city')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editions.edition', verbose_name='edition')),
            ],
            options={
                'verbose_name': 'city in the data dialogue',
                'verbose_name_plural': 'cities in the data dialogue',
                'ordering': ['edition', 'city'],
                'constraints': [models.UniqueConstraint(fields=('edition', 'city'), name='city_review_once')],
            },
        ),
        migrations.AddIndex(
            model_name='objection',
            index=models.Index(fields=['edition', 'state'], name='cities_obje_edition_f8641d_idx'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'waiting'])), fields=('edition', 'city', 'indicator'), name='objection_open_once'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'rejected']), _negated=True), models.Q(('decided_at__isnull', False), models.Q(('reason_pl', ''), _negated=True)), _connector='OR'), name='objection_decided_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('correction__isnull', True)), _connector='OR'), name='objection_accepted_with_its_correction'),
        ),
        migrations.RunPython(name_the_edition, migrations.RunPython.noop),
    ]
