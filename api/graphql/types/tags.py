"""Tags and what carries them."""

import strawberry

from api.graphql.scalars import Timestamp
from catalog.choices import Colors, SourceTechnology, TagEntityOrigin


@strawberry.type
class Tag:
    id: strawberry.ID
    linked_term_id: str | None
    color: Colors | None
    label: str
    slug: str
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type(
    description="`technology` is set for `EXTERNAL` origin only: the source technology that brought the tag."
)
class TagEntity:
    id: strawberry.ID
    tag_id: str
    origin: TagEntityOrigin
    technology: SourceTechnology | None
    tag: Tag
    created_at: Timestamp
    updated_at: Timestamp
