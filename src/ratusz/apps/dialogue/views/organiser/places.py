"""Rooms, topics and tables of the day."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.forms.agenda import RoomForm, TableForm, TopicForm
from ratusz.apps.dialogue.models import Session, Table
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.acts import written
from ratusz.apps.editions.panel.stage import sent


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def rooms(request: HttpRequest, edition: Edition, session: Session, pk: int | None = None) -> HttpResponse:
    """The rooms with a form for a new one or for the one of the address."""
    room = get_object_or_404(queries.rooms_of(session), pk=pk) if pk else None
    form = RoomForm(*sent(request), instance=room)
    if request.method == "POST" and written(
        form, lambda: services.save_room(by=request.user, session=session, room=room, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect(stage.at(edition, "rooms"))
    return stage.show(
        request, edition, "rooms", _("Rooms"), form=form, item=room, rooms=queries.rooms_of(session)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def topics(request: HttpRequest, edition: Edition, session: Session, pk: int | None = None) -> HttpResponse:
    """The topics with a form for a new one or for the one of the address."""
    topic = get_object_or_404(queries.topics_of(session), pk=pk) if pk else None
    form = TopicForm(*sent(request), instance=topic)
    if request.method == "POST" and written(
        form, lambda: services.save_topic(by=request.user, session=session, topic=topic, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect(stage.at(edition, "topics"))
    return stage.show(
        request, edition, "topics", _("Topics"), form=form, item=topic, topics=queries.topics_of(session)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def edit_table(
    request: HttpRequest, edition: Edition, session: Session, block: int, pk: int | None = None
) -> HttpResponse:
    """The form of a table with its hosts."""
    place = get_object_or_404(queries.blocks_visible_to(request.user, session), pk=block)
    table = get_object_or_404(place.tables, pk=pk) if pk else None
    newest = place.tables.order_by("-number").first()
    initial: dict[str, Any] = {}
    if table is None:
        initial = {
            "number": newest.number + 1 if newest else 1,
            "room": newest.room_id if newest else place.room_id,
        }
    form = TableForm(*sent(request), instance=table or Table(block=place), initial=initial, block=place)

    def save() -> None:
        fields, hosts = form.parts()
        saved = services.save_table(by=request.user, block=place, table=table, **fields)
        services.set_hosts(by=request.user, table=saved, hosts=hosts)

    if request.method == "POST" and written(form, save, twice=_("There is a table of that number already.")):
        messages.success(request, _("Saved."))
        return redirect(stage.at(edition, "block", place.pk))
    title = str(table) if table else _("New table")
    return stage.show(request, edition, "table", title, form=form, item=table, place=place)


@require_POST
@for_organisers
def delete_table(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """Deletes a table of the working copy."""
    blocks = queries.blocks_visible_to(request.user, session)
    table = get_object_or_404(Table.objects.filter(block__in=blocks).select_related("block"), pk=pk)
    try:
        services.delete_table(by=request.user, table=table)
        messages.success(request, _("The table is deleted."))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(stage.at(edition, "block", table.block_id))
