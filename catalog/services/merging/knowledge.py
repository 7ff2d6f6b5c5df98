"""Tags and owners that a file says of its rows. Those that people or programs gave are theirs, and stay."""

from collections.abc import Mapping
from typing import Any

from catalog.choices import OwnerOrigin, TagEntityOrigin
from catalog.models import EntityEditor, OwnerEntity, TagEntity
from catalog.models.knowledge import LABEL_LENGTH
from catalog.services.merging.kinds import OWNER, OWNER_EMAIL, TAGS, Kind
from catalog.services.merging.staging import Stage, id_prefix, json_items, json_object, new_ids

SOURCE_USERS = "SELECT u.id FROM catalog_sourceuser AS u WHERE u.source_id = %(source)s"


def merge_knowledge(stage: Stage, kind: Kind, *, moment: Any) -> None:
    """Give the usable rows of this kind the tags and owners that the file says; nothing if it has no such column."""
    given = {extra for extra in kind.extras if extra not in stage.absent[kind]}
    if TAGS in given:
        said = f"""
            SELECT m.id AS asset, s.tags FROM {kind.merge} AS m JOIN {kind.stage} AS s ON s.n = m.n
            WHERE s.usable AND s.tags IS NOT NULL
        """
        merge_tags(stage, kind.name, said, usable(kind), moment)
    if OWNER in given:
        merge_owners(stage, kind, "u.external_id = s.owner", moment)
    elif OWNER_EMAIL in given:
        add_users(stage, kind, moment)
        merge_owners(stage, kind, "u.external_id = lower(s.owner_email)", moment)


def usable(kind: Kind) -> str:
    """SQL: the ids of rows of which a file says all."""
    return f"SELECT m.id FROM {kind.merge} AS m JOIN {kind.stage} AS s ON s.n = m.n WHERE s.usable"


def merge_tags(stage: Stage, field: str, said: str, assets: str, moment: Any) -> None:
    """Give each of these assets the tags that `said` (`asset`, `tags` in JSON) says; `field` points to them."""
    label = f"substr(trim(item.value), 1, {LABEL_LENGTH})"
    stage.make(
        "said_label",
        f"""AS SELECT DISTINCT s.asset, {label} AS label
        FROM ({said}) AS s CROSS JOIN {json_items("s.tags")} WHERE trim(item.value) <> ''
        """,
    )
    stage.execute(
        f"""
        INSERT INTO catalog_tag (id, account_id, label, created_at, updated_at)
        SELECT {new_ids(id_prefix())}, %(account)s, s.label, %(moment)s, %(moment)s
        FROM (
          SELECT label, row_number() OVER (ORDER BY label) AS n FROM (SELECT DISTINCT label FROM said_label) AS d
        ) AS s
        WHERE TRUE ON CONFLICT (account_id, label) DO NOTHING
        """,
        moment=moment,
    )
    assert stage.source
    technology = str(stage.source.technology)
    stage.make(
        "said_tag",
        """AS SELECT said.asset, tag.id AS other FROM said_label AS said
        JOIN catalog_tag AS tag ON tag.account_id = %(account)s AND tag.label = said.label
        """,
    )
    fixed = {"origin": f"'{TagEntityOrigin.EXTERNAL}'", "technology": f"'{technology}'"}
    scope = " AND ".join(f"t.{column} = {value}" for column, value in fixed.items())
    replace(stage, field, TagEntity, "tag", said="said_tag", assets=assets, scope=scope, fixed=fixed, moment=moment)
    stage.remove("said_label", "said_tag")


def add_users(stage: Stage, kind: Kind, moment: Any) -> None:
    """A user of the source for each address, which is all that is known of them."""
    stage.execute(
        f"""
        INSERT INTO catalog_sourceuser (id, account_id, source_id, external_id, email, created_at, updated_at)
        SELECT {new_ids(id_prefix())}, %(account)s, {stage.source_id}, s.email, s.email, %(moment)s, %(moment)s
        FROM (
          SELECT lower(d.owner_email) AS email, min(d.n) AS n FROM {kind.stage} AS d
          WHERE d.usable AND d.owner_email IS NOT NULL GROUP BY lower(d.owner_email)
        ) AS s WHERE TRUE ON CONFLICT (source_id, external_id) DO NOTHING
        """,
        moment=moment,
    )


def merge_owners(stage: Stage, kind: Kind, same_user: str, moment: Any) -> None:
    """Of each row the person whom the source names; if that is nobody of the account, the source's own user."""
    link_users(stage, moment)
    said = f"""
        FROM {kind.merge} AS m JOIN {kind.stage} AS s ON s.n = m.n
        JOIN catalog_sourceuser AS u ON u.source_id = %(source)s AND {same_user}
        WHERE s.usable AND u.user_id IS
    """
    stage.make("said_owner", f"AS SELECT m.id AS asset, u.user_id AS other {said} NOT NULL")
    stage.make("said_editor", f"AS SELECT m.id AS asset, u.id AS other {said} NULL")
    fixed = {"origin": f"'{OwnerOrigin.EXTERNAL}'"}
    scope = f"t.origin = '{OwnerOrigin.EXTERNAL}'"
    replace(
        stage,
        kind.name,
        OwnerEntity,
        "user",
        said="said_owner",
        assets=usable(kind),
        scope=scope,
        fixed=fixed,
        moment=moment,
    )
    scope = f"t.source_user_id IN ({SOURCE_USERS})"
    replace(
        stage,
        kind.name,
        EntityEditor,
        "source_user",
        said="said_editor",
        assets=usable(kind),
        scope=scope,
        fixed={},
        moment=moment,
    )
    stage.remove("said_owner", "said_editor")


def link_users(stage: Stage, moment: Any) -> None:
    """Users of the source who are people of the account, by their addresses in any case."""
    stage.execute(
        """
        UPDATE catalog_sourceuser AS t SET user_id = p.uuid, updated_at = %(moment)s
        FROM accounts_user AS p
        WHERE t.source_id = %(source)s AND p.account_id = %(account)s AND lower(p.email) = lower(t.email)
          AND t.user_id IS DISTINCT FROM p.uuid
        """,
        moment=moment,
    )


def replace(  # what is said, and of which rows
    stage: Stage,
    field: str,
    model: type[Any],
    other: str,
    *,
    said: str,
    assets: str,
    scope: str,
    fixed: Mapping[str, str],
    moment: Any,
) -> None:
    """Make the rows of `model` that link these assets, by `field`, with another row what `said` says.

    `said` has `asset` and `other`. Of those that are stored only the ones in `scope` may go; where one outside of it
    says the same, none is added.
    """
    table, kind = str(model._meta.db_table), str(model._meta.model_name)
    asset, linked = (str(model._meta.get_field(name).column) for name in (field, other))
    same = f"w.asset = t.{asset} AND w.other = t.{linked}"
    stage.make(
        "going",
        f"""AS SELECT t.id FROM {table} AS t
        WHERE t.{asset} IN ({assets}) AND {scope} AND NOT EXISTS (SELECT 1 FROM {said} AS w WHERE {same})
        """,
    )
    whole = json_object({str(one.column): f"t.{one.column}" for one in model._meta.concrete_fields})
    stage.execute(
        f"""
        INSERT INTO former (kind, id, state, before)
        SELECT %(kind)s, t.id, 'deleted', {whole} FROM {table} AS t WHERE t.id IN (SELECT id FROM going)
        """,
        kind=kind,
    )
    stage.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM going)")
    stage.make(
        "coming",
        f"""AS SELECT {new_ids(id_prefix())} AS id, s.asset, s.other FROM (
          SELECT w.asset, w.other, row_number() OVER (ORDER BY w.asset, w.other) AS n FROM {said} AS w
          WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE {same})
        ) AS s
        """,
    )
    columns = ", ".join(["id", "account_id", "created_at", "updated_at", asset, linked, *fixed])
    values = ", ".join(["c.id", "%(account)s", "%(moment)s", "%(moment)s", "c.asset", "c.other", *fixed.values()])
    stage.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM coming AS c", moment=moment)
    stage.execute("INSERT INTO former (kind, id, state) SELECT %(kind)s, id, 'created' FROM coming", kind=kind)
    stage.remove("going", "coming")
