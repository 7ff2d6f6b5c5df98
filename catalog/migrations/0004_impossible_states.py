"""What services never write is refused by the database too: it keeps out what imports and hands might."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_tables_in_order'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='dashboard',
            constraint=models.CheckConstraint(condition=models.Q(('popularity__range', (0, 1000000))), name='dashboard_popularity_in_range'),
        ),
        migrations.AddConstraint(
            model_name='dashboardfield',
            constraint=models.CheckConstraint(condition=models.Q(('popularity__range', (0, 1000000))), name='field_popularity_in_range'),
        ),
        migrations.AddConstraint(
            model_name='fieldlineage',
            constraint=models.UniqueConstraint(fields=('parent_column', 'child_column'), name='field_lineage_column_column'),
        ),
        migrations.AddConstraint(
            model_name='fieldlineage',
            constraint=models.UniqueConstraint(fields=('parent_column', 'child_dashboard'), name='field_lineage_column_dashboard'),
        ),
        migrations.AddConstraint(
            model_name='fieldlineage',
            constraint=models.UniqueConstraint(fields=('parent_column', 'child_dashboard_field'), name='field_lineage_column_dashboard_field'),
        ),
        migrations.AddConstraint(
            model_name='fieldlineage',
            constraint=models.UniqueConstraint(fields=('parent_dashboard_field', 'child_column'), name='field_lineage_dashboard_field_column'),
        ),
        migrations.AddConstraint(
            model_name='fieldlineage',
            constraint=models.UniqueConstraint(fields=('parent_dashboard_field', 'child_dashboard'), name='field_lineage_dashboard_field_dashboard'),
        ),
        migrations.AddConstraint(
            model_name='fieldlineage',
            constraint=models.UniqueConstraint(fields=('parent_dashboard_field', 'child_dashboard_field'), name='field_lineage_dashboard_field_dashboard_field'),
        ),
        migrations.AddConstraint(
            model_name='table',
            constraint=models.CheckConstraint(condition=models.Q(('table_size__gte', 0)), name='table_size_not_below_0'),
        ),
        migrations.AddConstraint(
            model_name='table',
            constraint=models.CheckConstraint(condition=models.Q(('number_of_queries__gte', 0)), name='table_queries_not_below_0'),
        ),
        migrations.AddConstraint(
            model_name='table',
            constraint=models.CheckConstraint(condition=models.Q(('popularity__range', (0, 1000000))), name='table_popularity_in_range'),
        ),
        migrations.AddConstraint(
            model_name='tagentity',
            constraint=models.CheckConstraint(condition=models.Q(('technology', None), ('origin', 'EXTERNAL'), _connector='OR'), name='tag_entity_of_a_tool_is_external'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('depth_level', 0), ('parent_term', None)), models.Q(('depth_level__gt', 0), ('parent_term__isnull', False)), _connector='OR'), name='term_depth_is_0_at_the_top'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(('parent_term', models.F('id')), _negated=True), name='term_lies_in_another'),
        ),
    ]
