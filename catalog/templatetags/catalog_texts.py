"""Texts and addresses of customers, as templates write them."""

from django import template

from catalog import texts

register = template.Library()
register.filter("markdown", texts.rendered)
register.filter("web_address", texts.web_address)
