"""Texts, addresses and figures of the catalog, as templates write them."""

from django import template

from catalog import markdown
from catalog.models.rows import HIGHEST_POPULARITY

BAR_WIDTH = 110  # units of its drawing

register = template.Library()
register.filter("markdown", markdown.rendered)
register.filter("web_address", markdown.web_address)


@register.filter
def bar_width(popularity: int) -> int:
    """How much of a bar of BAR_WIDTH is filled."""
    return BAR_WIDTH * min(max(popularity, 0), HIGHEST_POPULARITY) // HIGHEST_POPULARITY
