"""Dashboards of Looker and their fields."""

from django.utils.text import slugify

from catalog.choices import DashboardExternalDescriptionSource, DashboardType
from catalog.demo.draft import Draft
from catalog.demo.reading import Facts, field_lines, read_facts
from catalog.models import Dashboard, DashboardField

SITE = "https://looker.example"
ROLES = ("dimension", "filter", "measure", "parameter")


def add_dashboards(draft: Draft) -> None:
    for name, facts in read_facts("dashboards").items():
        dashboard = add_dashboard(draft, name, facts)
        draft.add_lineage(dashboard, facts["from"])
        add_fields(draft, dashboard, facts)


def add_dashboard(draft: Draft, name: str, facts: Facts) -> Dashboard:
    slug, text = slugify(name), facts.get("description")
    row = Dashboard(
        source=draft.sources["Looker"],
        external_id=slug,
        external_slug=slug,
        name=name,
        type=facts.get("type", DashboardType.DASHBOARD),
        external_description=text,
        external_description_source=DashboardExternalDescriptionSource.VISUALIZATION if text else None,
        folder_path=f"root/{facts['folder']}",
        folder_url=f"{SITE}/folders/{slugify(facts['folder'])}",
        url=f"{SITE}/dashboards/{slug}",
        popularity=facts.get("popularity"),
    )
    return draft.add_asset(name, row, facts)


def add_fields(draft: Draft, dashboard: Dashboard, facts: Facts) -> None:
    fields = draft.fields[dashboard.name] = {}
    for line in field_lines(facts["columns"]):
        row = DashboardField(
            dashboard=dashboard,
            external_id=f"{dashboard.external_id}.{line.name}",
            name=line.name,
            label=line.name.replace("_", " ").capitalize(),
            data_type=line.data_type or "",
            description=line.description,
            is_primary_key="key" in line.flags,
            role=next(role.upper() for role in ROLES if role in line.flags),
            view_name=dashboard.external_id,
            view_label=dashboard.name,
            popularity=dashboard.popularity,
        )
        fields[line.name] = draft.assets[row.external_id] = draft.add(row)
        draft.add_field_lineage(row, draft.parents_of(line, facts["from"]))
