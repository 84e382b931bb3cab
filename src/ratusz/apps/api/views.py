"""The pages for people, and the files for everybody; files know no language and no reader."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.api import catalog, exports, queries, reference
from ratusz.apps.api.tables import FieldRecord, counted, dictionary, tables, tag_of
from ratusz.apps.cities import queries as cities
from ratusz.apps.core.public_data import Table
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.api import edition_of

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """What the API offers, from its own document, with examples to open."""
    return render(request, "api/api.html", {"groups": reference.groups(), "about": reference.about()})


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """The files of each edition, what each field means, and how the data may be used."""
    programme, shelves = editions.programme(), queries.shelves()
    address = settings.BASE_URL + reverse("open_data")
    described = (
        [catalog.for_search_engines(programme, shelf, address) for shelf in shelves] if programme else []
    )
    context = {
        "shelves": [_shown(shelf) for shelf in shelves],
        "tables": [_described(table) for table in tables().values()],
        "sources": cities.sources_visible_to(None),
        "endings": list(exports.KINDS),
        "structured": _data_block(described),
    }
    return render(request, "api/open_data.html", context)


def _shown(shelf: queries.Shelf) -> dict[str, Any]:
    """An edition's files as the page lists them."""
    year = shelf.edition.year
    offers = [
        {
            "title": _(offer.table.title),
            "about": _(offer.table.about),
            "rows": offer.records,
            "files": [
                {
                    "ending": ending,
                    "address": reverse("data_file", args=[year, offer.code, ending]),
                    "size": offer.sizes.get(ending),
                }
                for ending in exports.KINDS
            ],
        }
        for offer in shelf.offers
    ]
    ranked = any(offer.code == "results" for offer in shelf.offers)
    return {"edition": shelf.edition, "modified": shelf.modified, "ranked": ranked, "offers": offers}


def _described(table: Table) -> dict[str, Any]:
    fields = [
        {
            "name": note.name,
            "type": note.type,
            "meaning": _(note.meaning),
            "unit": note.unit and _(note.unit),
            "values": ", ".join(note.values),
            "missing": note.missing and _(note.missing),
        }
        for note in table.fields
    ]
    return {"code": table.code, "title": _(table.title), "about": _(table.about), "fields": fields}


def _data_block(content: Any) -> SafeString:
    """JSON that cannot end the element it stands in; a data block, which no policy takes for a script."""
    text = json.dumps(content, ensure_ascii=False)
    for sign, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(sign, escaped)
    return mark_safe(text)  # noqa: S308 - nothing is left that HTML would read


def file(request: HttpRequest, year: str, code: str, ending: str) -> HttpResponseBase:
    """A table of an edition as it is now, streamed."""
    edition, table, rows = _rows_of(year, code)
    _count, value = counted(rows)
    etag = f'"{tag_of(table, value)}-{ending}"'
    response = exports.Stream(
        exports.pieces_of(table, rows, ending, queries.about(table, edition)),
        content_type=exports.KINDS[ending],
    )
    response["ETag"] = etag
    response["Content-Disposition"] = f'attachment; filename="{code}-{year}.{ending}"'
    return response


def _rows_of(year: str, code: str) -> tuple[Any, Table, Any]:
    edition, table = edition_of(int(year)), tables().get(code)
    rows = table.rows(edition) if table is not None else None
    if table is None or rows is None:
        known = ", ".join(code for code, table in tables().items() if table.rows(edition) is not None)
        raise Http404(
            _("The edition %(year)s has no table “%(code)s”. It has: %(known)s.")
            % {"year": year, "code": code, "known": known}
        )
    return edition, table, rows


def dataset(request: HttpRequest, year: str, code: str) -> HttpResponse:
    """Leads from the name of a dataset in the catalogue to its place on the page."""
    edition, _table, _found = _rows_of(year, code)
    return redirect(f"{reverse('open_data')}#edition-{edition.year}")


def dictionary_file(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The field dictionary of all tables."""
    notes: Iterable[FieldRecord] = dictionary()
    if ending == "csv":
        pieces: Iterator[bytes] = exports.as_csv(FieldRecord, notes)
    else:
        pieces = exports.as_json({"table": "dictionary", "key": ["table", "field"]}, notes)
    response = HttpResponse(b"".join(pieces), content_type=exports.KINDS[ending])
    response["Content-Disposition"] = f'attachment; filename="dictionary.{ending}"'
    return response


def data_package(request: HttpRequest, year: str) -> HttpResponse:
    """The files of an edition as a Frictionless Data Package: each table with its schema, licence and sources."""
    edition = edition_of(int(year))
    shelf = queries.shelf_of(edition)
    package = {
        "profile": "tabular-data-package",
        "name": f"{edition.programme.slug}-{edition.year}",
        "id": f"{settings.BASE_URL}/open-data/{edition.year}/datapackage.json",
        "title": f"{edition.name}: {_('Open data')}",
        "homepage": settings.BASE_URL + "/pl/open-data/",
        "licenses": [LICENCE],
        "sources": [
            {"title": source.attribution or f"{source.publisher}, {source.name_pl}", "path": source.url}
            for source in cities.sources_visible_to(None)
        ],
        "contributors": [{"title": edition.programme.organiser, "role": "publisher"}],
        "resources": [_resource(edition.year, offer) for offer in shelf.offers],
    }
    return _json(package, "application/json")


def _resource(year: int, offer: queries.Offer) -> dict[str, Any]:
    table = offer.table
    fields = []
    for note in table.fields:
        field: dict[str, Any] = {"name": note.name, "type": note.type, "description": _(note.meaning)}
        if note.values:
            field["constraints"] = {"enum": list(note.values)}
        fields.append(field)
    size = {"bytes": offer.sizes["csv"]} if "csv" in offer.sizes else {}
    return {
        "profile": "tabular-data-resource",
        "name": table.code,
        "title": _(table.title),
        "description": _(table.about),
        "path": f"{settings.BASE_URL}/open-data/{year}/{table.code}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **size,
        "schema": {"fields": fields, "primaryKey": list(table.key), "missingValues": [""]},
    }


CATALOGUES = {
    "jsonld": (
        "application/ld+json",
        lambda tree: json.dumps(catalog.as_jsonld(tree), ensure_ascii=False, indent=1),
    ),
    "ttl": ("text/turtle; charset=utf-8", catalog.as_turtle),
    "rdf": ("application/rdf+xml", catalog.as_rdf),
}


def catalogue(request: HttpRequest, ending: str) -> HttpResponse:
    """The catalogue of all files for data portals, in DCAT-AP."""
    programme = editions.programme()
    if programme is None:
        raise Http404(_("There is no edition yet."))
    sources = cities.sources_visible_to(None)
    said = [source.attribution or f"{source.publisher}, {source.name_pl}" for source in sources]
    kind, write = CATALOGUES[ending]
    tree = catalog.catalogue(programme, queries.shelves(), list(dict.fromkeys(said)))
    return HttpResponse(write(tree), content_type=kind)


def _json(content: Any, kind: str) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type=kind)
