"""The catalogue of the files in DCAT-AP 2.1 and 3: for data portals, which harvest it.

Mandatory and recommended properties: https://semiceu.github.io/DCAT-AP/releases/3.0.0/ and, for Poland,
https://dane.gov.pl/dcat-ap-pl. The controlled vocabularies are those of the EU Publications Office.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from ratusz.apps.api import exports
from ratusz.apps.api.queries import Offer, Shelf
from ratusz.apps.editions.models import Programme

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EU = "http://publications.europa.eu/resource/authority"
POLAND = {"@id": f"{EU}/country/POL"}
LANGUAGES = [{"@id": f"{EU}/language/POL"}, {"@id": f"{EU}/language/ENG"}]
# The organiser's own results; figures of others carry the names of their sources as they ask.
LICENCE = {"@id": f"{EU}/licence/CC_BY_4_0"}
THEMES = [{"@id": f"{EU}/data-theme/REGI"}, {"@id": f"{EU}/data-theme/GOVE"}]
FORMATS = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
KEYWORDS = [_("cities"), _("local government"), _("ranking"), _("indicators"), _("open data")]
TITLE = _("Open data of the programme %(name)s")
ABOUT = _(
    "Cities, indicators, figures with their sources, corrections, and published rankings with their uncertainty, "
    "for each edition."
)
API_TITLE = _("API of the programme %(name)s")
API_ABOUT = _("The same data for programs: pages of records with filters, without a key.")

Node = dict[str, Any]


def in_languages(text: str, **words: str) -> list[Node]:
    """A marked text in both languages; a word may differ by language as `name_pl`, `name_en`."""
    found = []
    for language in ("pl", "en"):
        with translation.override(language):
            own = {
                key.removesuffix(f"_{language}"): value
                for key, value in words.items()
                if key.endswith(f"_{language}")
            }
            same = {key: value for key, value in words.items() if not key.endswith(("_pl", "_en"))}
            said = gettext(text)
            found.append({"@value": said % (same | own) if words else said, "@language": language})
    return found


def typed(value: Any, kind: str) -> Node:
    return {"@value": str(value), "@type": f"xsd:{kind}"}


def moment(value: datetime) -> Node:
    return typed(value.isoformat(), "dateTime")


def catalogue(programme: Programme, shelves: list[Shelf], attributions: Iterable[str]) -> Node:
    """The catalogue as one tree of nodes, which is JSON-LD once it has its context."""
    base = settings.BASE_URL
    names = {"name_pl": programme.name_pl, "name_en": programme.name_en or programme.name_pl}
    publisher = {
        "@id": f"{base}/open-data/catalog.jsonld#publisher",
        "@type": "foaf:Agent",
        "foaf:name": {"@value": programme.organiser, "@language": "pl"},
        "foaf:mbox": {"@id": f"mailto:{programme.contact_email}"},
        "foaf:homepage": {"@id": f"{base}/"},
    }
    rights = {
        "@type": "dct:RightsStatement",
        "rdfs:label": [{"@value": text, "@language": "pl"} for text in attributions],
    }
    datasets = [_dataset(shelf, offer, programme, rights) for shelf in shelves for offer in shelf.offers]
    moves = [shelf.modified for shelf in shelves if shelf.modified]
    starts = [shelf.issued for shelf in shelves if shelf.issued]
    node: Node = {
        "@id": f"{base}/open-data/catalog.jsonld#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": in_languages(TITLE, **names),
        "dct:description": in_languages(ABOUT),
        "dct:publisher": publisher,
        "dct:language": LANGUAGES,
        "dct:license": LICENCE,
        "dct:spatial": POLAND,
        "dcat:themeTaxonomy": {"@id": f"{EU}/data-theme"},
        "foaf:homepage": {"@id": f"{base}/pl/open-data/"},
        "dcat:dataset": datasets,
        "dcat:service": _service(programme, datasets),
    }
    if starts:
        node["dct:issued"] = moment(min(starts))
    if moves:
        node["dct:modified"] = moment(max(moves))
    return node


def _service(programme: Programme, datasets: list[Node]) -> Node:
    base = settings.BASE_URL
    names = {"name_pl": programme.name_pl, "name_en": programme.name_en or programme.name_pl}
    return {
        "@id": f"{base}/api/v1/#service",
        "@type": "dcat:DataService",
        "dct:title": in_languages(API_TITLE, **names),
        "dct:description": in_languages(API_ABOUT),
        "dcat:endpointURL": {"@id": f"{base}/api/v1/"},
        "dcat:endpointDescription": {"@id": f"{base}/api/v1/openapi.json"},
        "dct:license": LICENCE,
        "dct:accessRights": {"@id": f"{EU}/access-right/PUBLIC"},
        "dcat:servesDataset": [{"@id": dataset["@id"]} for dataset in datasets],
    }


def _dataset(shelf: Shelf, offer: Offer, programme: Programme, rights: Node) -> Node:
    base, edition, table = settings.BASE_URL, shelf.edition, offer.table
    names = {"name_pl": edition.name_pl, "name_en": edition.name_en or edition.name_pl}
    about = in_languages(table.about)
    identifier = f"{base}/open-data/{edition.year}/{table.code}"
    node: Node = {
        "@id": identifier,
        "@type": "dcat:Dataset",
        "dct:title": [
            text | {"@value": f"{names['name_' + text['@language']]}: {text['@value']}"}
            for text in in_languages(table.title)
        ],
        "dct:description": about,
        "dct:identifier": identifier,
        "dct:publisher": {"@id": f"{base}/open-data/catalog.jsonld#publisher"},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": programme.organiser,
            "vcard:hasEmail": {"@id": f"mailto:{programme.contact_email}"},
        },
        "dcat:theme": THEMES,
        "dcat:keyword": [word for text in KEYWORDS for word in in_languages(text)],
        "dct:language": LANGUAGES,
        "dct:spatial": POLAND,
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": typed(date(edition.year, 1, 1), "date"),
            "dcat:endDate": typed(date(edition.year, 12, 31), "date"),
        },
        "dct:accrualPeriodicity": {"@id": f"{EU}/frequency/ANNUAL"},
        "dct:accessRights": {"@id": f"{EU}/access-right/PUBLIC"},
        "dcat:landingPage": {"@id": f"{base}/pl/open-data/#edition-{edition.year}"},
        "owl:versionInfo": offer.tag[:12],
        "dcat:distribution": [
            _distribution(f"{identifier}.{ending}", ending, about, offer, rights) for ending in exports.KINDS
        ],
    }
    if shelf.issued:
        node["dct:issued"] = moment(shelf.issued)
    if shelf.modified:
        node["dct:modified"] = moment(shelf.modified)
    return node


def _distribution(address: str, ending: str, about: list[Node], offer: Offer, rights: Node) -> Node:
    kind, media = FORMATS[ending]
    node: Node = {
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": [
            text | {"@value": f"{kind}: {text['@value']}"} for text in in_languages(offer.table.title)
        ],
        "dct:description": about,
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dct:format": {"@id": f"{EU}/file-type/{kind}"},
        "dcat:mediaType": {"@id": f"http://www.iana.org/assignments/media-types/{media}"},
        "dct:license": LICENCE,
        "dct:rights": rights,
        "dcatap:availability": {"@id": f"{EU}/planned-availability/STABLE"},
        "dcat:accessService": {"@id": f"{settings.BASE_URL}/api/v1/#service"},
    }
    if ending in offer.sizes:
        node["dcat:byteSize"] = typed(offer.sizes[ending], "nonNegativeInteger")
    return node


def as_jsonld(tree: Node) -> Node:
    """The tree with its context inside: no reader has to fetch anything."""
    return {"@context": PREFIXES} | tree


def as_turtle(tree: Node) -> str:
    """The tree in Turtle."""
    heads = [f"@prefix {name}: <{address}> ." for name, address in sorted(PREFIXES.items())]
    bodies = [f"<{node['@id']}> {_properties(node, '  ')} ." for node in _named(tree)]
    return "\n\n".join(["\n".join(heads), *bodies]) + "\n"


def _named(node: Node) -> Iterator[Node]:
    """Every node with an address and properties, the tree's root first."""
    if "@id" in node and "@type" in node:
        yield node
    for values in node.values():
        for value in _list(values):
            if isinstance(value, dict) and "@value" not in value:
                yield from _named(value)


def _list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _properties(node: Node, indent: str) -> str:
    lines = [f"a {node['@type']}"]
    for name, values in node.items():
        if not name.startswith("@"):
            lines.append(f"{name} " + ", ".join(_object(value, indent + "  ") for value in _list(values)))
    return f" ;\n{indent}".join(lines)


def _object(value: Any, indent: str) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if "@value" in value:
        tail = f"@{value['@language']}" if "@language" in value else f"^^{value['@type']}"
        return _quoted(value["@value"]) + tail
    if "@id" in value:
        return f"<{value['@id']}>"
    return f"[ {_properties(value, indent)} ]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def as_rdf(tree: Node) -> bytes:
    """The tree in RDF/XML."""
    for name, address in PREFIXES.items():
        ET.register_namespace(name, address)
    root = ET.Element(_full("rdf:RDF"))
    for node in _named(tree):
        element = ET.SubElement(root, _full(node["@type"]), {_full("rdf:about"): node["@id"]})
        _children(element, node)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _children(parent: ET.Element, node: Node) -> None:
    for name, values in node.items():
        for value in [] if name.startswith("@") else _list(values):
            child = ET.SubElement(parent, _full(name))
            if isinstance(value, str):
                child.text = value
            elif "@value" in value:
                child.text = value["@value"]
                if "@language" in value:
                    child.set("{http://www.w3.org/XML/1998/namespace}lang", value["@language"])
                else:
                    child.set(_full("rdf:datatype"), re.sub(r"^xsd:", PREFIXES["xsd"], value["@type"]))
            elif "@id" in value:
                child.set(_full("rdf:resource"), value["@id"])
            else:
                _children(ET.SubElement(child, _full(value["@type"])), value)


def _full(name: str) -> str:
    prefix, _colon, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"


def for_search_engines(programme: Programme, shelf: Shelf, address: str) -> Node:
    """The files of an edition as schema.org's Dataset, in the language of the page."""
    edition = shelf.edition
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": f"{edition.name}: {gettext('Open data')}",
        "description": gettext(ABOUT),
        "url": f"{address}#edition-{edition.year}",
        "inLanguage": ["pl", "en"],
        "isAccessibleForFree": True,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "creator": {"@type": "Organization", "name": programme.organiser},
        "spatialCoverage": {"@type": "Country", "name": gettext("Poland")},
        "temporalCoverage": str(edition.year),
        **({"dateModified": shelf.modified.isoformat()} if shelf.modified else {}),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f"{gettext(offer.table.title)} ({ending.upper()})",
                "encodingFormat": FORMATS[ending][1],
                "contentUrl": f"{settings.BASE_URL}/open-data/{edition.year}/{offer.code}.{ending}",
            }
            for offer in shelf.offers
            for ending in exports.KINDS
        ],
    }
