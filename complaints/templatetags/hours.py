"""Hours of phones, offices and posts in the language of the page."""

from django import template

from insurers.reports import hours_said

register = template.Library()
register.filter("said", hours_said)
