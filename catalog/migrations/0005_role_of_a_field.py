"""A field has a role: one of which no tool says it is a dimension."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_impossible_states'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dashboardfield',
            name='role',
            field=models.CharField(choices=[('DIMENSION', 'Dimension'), ('FILTER', 'Filter'), ('MEASURE', 'Measure'), ('PARAMETER', 'Parameter')], default='DIMENSION', max_length=9),
        ),
    ]
