"""`{% once %}…{% endonce %}`: what is the same on every page, made once for each language of a process."""

from typing import Final

from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class OnceNode(template.Node):
    """Keeps what its inside says. Nothing inside may depend on anything but the language: no variable, no
    condition (tests/design/test_once.py looks)."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.made: Final[dict[str | None, SafeString]] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.made or settings.DEBUG:
            self.made[language] = self.nodelist.render(context)
        return self.made[language]


@register.tag
def once(parser: Parser, token: Token) -> OnceNode:  # noqa: ARG001  (Django's signature)
    """Around headings, style sheets, links of the foot: translations, icons, addresses without arguments."""
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodelist)
