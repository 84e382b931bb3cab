"""Words and cells of the score card in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ratusz.apps.ranking.models import SeatRequest
from ratusz.apps.ranking.scorecard import words
from ratusz.apps.ranking.scorecard.peers import Seats
from ratusz.apps.ranking.scorecard.rising import Figure
from ratusz.apps.ranking.templatetags.ranking import plain_figure

register = template.Library()
register.filter("up", words.up)


@register.simple_tag
def card_gain(figure: Figure | None, reached: bool, quiet: bool = False) -> SafeString:
    """The figure needed with its change, or that it is not enough; `quiet`: a figure may stay where it is."""
    if figure is None:
        return (
            mark_safe("–")
            if reached and quiet
            else format_html('<span class="muted">{}</span>', words.not_enough())
        )
    return format_html(
        '<span><strong>{}{}</strong> <small class="muted">({})</small></span>',
        plain_figure(figure.needed, figure.card), "*" if figure.beyond else "", words.signed(figure),
    )  # fmt: skip


@register.simple_tag
def seat_of(seats: Seats | None, asking: str, peer: str) -> SeatRequest | None:
    """The open wish of one city for a seat beside another, if the person may see it."""
    return seats.wishes.get((asking, peer)) if seats else None
