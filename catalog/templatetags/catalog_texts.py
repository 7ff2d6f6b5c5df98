"""Texts and addresses of customers, as templates write them."""

from django import template

from catalog import markdown

register = template.Library()
register.filter("markdown", markdown.rendered)
register.filter("web_address", markdown.web_address)
