"""A block of a page said a second time."""

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> SafeString:
    """What the block of this name says on this page: the words of the title serve the card of a link too."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks and blocks.get_block(name)
    said = block.render(context) if block else ""
    return mark_safe(" ".join(said.split()))  # noqa: S308 - the block has escaped its own words
