"""Texts, addresses and figures of the catalog, as templates write them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog import markdown
from catalog.models.rows import HIGHEST_POPULARITY
from catalog.queries.matches import Matcher

BAR_WIDTH = 110  # units of its drawing

register = template.Library()
register.filter("markdown", markdown.rendered)
register.filter("web_address", markdown.web_address)


@register.filter
def bar_width(popularity: int) -> int:
    """How much of a bar of BAR_WIDTH is filled."""
    return BAR_WIDTH * min(max(popularity, 0), HIGHEST_POPULARITY) // HIGHEST_POPULARITY


@register.filter
def marked(text: str, matcher: Matcher | None) -> SafeString:
    """The text with what was looked for marked."""
    pieces = matcher.pieces(text) if matcher else [(text, False)]
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", one) if hit else one,) for one, hit in pieces))


@register.filter
def excerpt(text: str, matcher: Matcher | None) -> str:
    """Of a text in Markdown the sentence with what was looked for, as its words alone; empty without any."""
    if matcher is None or not any(matcher.places(text)):
        return ""
    return matcher.excerpt(markdown.plain(text))
