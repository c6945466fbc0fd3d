"""A template loader that condenses what it has read: what a template says the same at every request of a
language is made once, and what it includes by name becomes part of it.

Pages look exactly as with Django's own cached loader, which this is; they take half the time. Under DEBUG
nothing is condensed, so that an error names the file and line it comes from.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from threading import RLock
from typing import Any, TypeVar

from django.template import Node, NodeList, Origin, Template
from django.template.base import FilterExpression, TextNode, TokenType, Variable
from django.template.context import Context
from django.template.defaulttags import (
    CommentNode,
    CycleNode,
    IfChangedNode,
    IfNode,
    LoadNode,
    ResetCycleNode,
    URLNode,
)
from django.template.exceptions import TemplateDoesNotExist
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

#: What remembers something from one place of a template to the next: a template of its own, then.
_REMEMBERS = (BlockNode, ExtendsNode, CycleNode, ResetCycleNode, IfChangedNode)


Function = TypeVar("Function", bound=Callable[..., Any])
_SAME_FOR_EVER: set[Callable[..., Any]] = set()


def same_for_ever(tag: Function) -> Function:
    """Mark the function of a simple tag: the same words give the same for ever, in every language."""
    _SAME_FOR_EVER.add(tag)
    return tag


class Same(Node):
    """Neighbours that say the same in every request of a language; made once for each language."""

    child_nodelists = ()

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self._made: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), get_script_prefix(), context.autoescape)
        made = self._made.get(key)
        if made is None:
            made = SafeString("".join(str(node.render(context)) for node in self.nodes))
            self._made[key] = made
        return made


class Inlined(Node):
    """What was an included template: sees what is around it, and leaves nothing behind."""

    def __init__(self, nodelist: NodeList, extra_context: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.extra_context = extra_context

    def render(self, context: Context) -> SafeString:
        values = {name: expression.resolve(context) for name, expression in self.extra_context.items()}
        with context.push(**values):
            return self.nodelist.render(context)


class Loader(cached.Loader):
    """Django's cached loader, condensing what it hands out."""

    def __init__(self, engine: Any, loaders: Sequence[Any]) -> None:
        super().__init__(engine, loaders)
        self._ready: dict[str, Template] = {}
        self._at_work: set[str] = set()
        self._lock = RLock()  # nobody gets a template that is being condensed

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        if self.engine.debug:
            return super().get_template(template_name, skip)
        key = self.cache_key(template_name, skip)
        ready = self._ready.get(key)
        if ready is not None:
            return ready
        with self._lock:
            return self._condensed(key, template_name, skip)

    def _condensed(self, key: str, template_name: str, skip: list[Origin] | None) -> Template:
        template = super().get_template(template_name, skip)
        if key not in self._ready:
            self._at_work.add(key)
            try:
                self._condense(template.nodelist)
            finally:
                self._at_work.discard(key)
            self._ready[key] = template
        return template

    def reset(self) -> None:
        with self._lock:
            self._ready.clear()
            super().reset()

    def _condense(self, nodelist: NodeList) -> None:
        """In place: blocks are known to their templates as objects."""
        nodes = [self._simpler(node) for node in nodelist if not isinstance(node, CommentNode | LoadNode)]
        for node in nodes:
            for inside in _lists_in(node):
                self._condense(inside)
        nodelist[:] = _together(_spread(nodes))

    def _simpler(self, node: Node) -> Node:
        if isinstance(node, IncludeNode):
            return self._inlined(node)
        if isinstance(node, SimpleNode) and _is_picture(node):
            arguments, options = node.get_resolved_arguments(Context())
            return _text(str(node.func(*arguments, **options)))
        return node

    def _inlined(self, node: IncludeNode) -> Node:
        """As it is, if the name comes from a variable or the template leads back to where it stands."""
        name = _constant(node.template)
        if name is None or name.startswith(".") or node.isolated_context or name in self._at_work:
            return node
        try:
            template = self.get_template(name)
        except TemplateDoesNotExist:  # told when the place is reached
            return node
        if any(template.nodelist.get_nodes_by_type(kind) for kind in _REMEMBERS):
            return node
        return Inlined(template.nodelist, node.extra_context)


def _lists_in(node: Node) -> Iterator[NodeList]:
    if isinstance(node, Inlined):  # condensed with its own template
        return
    if isinstance(node, IfNode):
        yield from (inside for _condition, inside in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        inside = getattr(node, name, None)
        if isinstance(inside, NodeList):
            yield inside


def _spread(nodes: Sequence[Node]) -> Iterator[Node]:
    """What is included and always says the same needs no bounds."""
    for node in nodes:
        if isinstance(node, Inlined) and all(map(_is_same, node.nodelist)):
            yield from node.nodelist
        elif isinstance(node, Same):
            yield from node.nodes
        else:
            yield node


def _together(nodes: Iterator[Node]) -> Iterator[Node]:
    for same, group in groupby(nodes, key=_is_same):
        members = list(group)
        if not same:
            yield from members
        elif all(isinstance(member, TextNode) for member in members):
            yield _text("".join(member.s for member in members if isinstance(member, TextNode)))
        else:
            yield Same(members)


def _text(words: str) -> TextNode:
    return TextNode(SafeString(words))


def _is_same(node: Node) -> bool:
    """Whether it says the same in every request of a language."""
    if isinstance(node, TextNode | Same):
        return True
    if isinstance(node, TranslateNode):
        return node.asvar is None and node.message_context is None and _is_constant(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        return _has_no_places(node)
    if isinstance(node, StaticNode):
        return node.varname is None and _constant(node.path) is not None
    if isinstance(node, URLNode):
        name = _constant(node.view_name)
        is_plain = name is not None and not name.startswith("admin:")  # several sites share these names
        return is_plain and not (node.args or node.kwargs or node.asvar)
    return False


def _has_no_places(node: BlockTranslateNode) -> bool:
    plain = not (node.extra_context or node.countervar or node.asvar or node.message_context)
    return plain and all(token.token_type == TokenType.TEXT for token in node.singular)


def _is_picture(node: SimpleNode) -> bool:
    """A tag marked as the same for ever, around words in quotes."""
    is_pure = node.func in _SAME_FOR_EVER and not node.takes_context and not node.target_var
    return is_pure and all(_is_constant(each) for each in (*node.args, *node.kwargs.values()))


def _is_constant(expression: FilterExpression) -> bool:
    var = expression.var
    literal = isinstance(var, Variable) and var.lookups is None
    return not expression.filters and (isinstance(var, str) or literal)


def _constant(expression: FilterExpression) -> str | None:
    """The word in quotes that it is, if it is one."""
    is_word = isinstance(expression.var, str) and not expression.filters
    return str(expression.var) if is_word else None
