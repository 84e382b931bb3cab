"""The catalogue against what DCAT-AP asks: written from its SHACL shapes (2.1.1, the same in 3.0)."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from ratusz.apps.api import catalog

pytestmark = pytest.mark.django_db

# Class → property: (at least, at most); None is no bound. Mandatory ones first, then recommended ones that we keep.
SHAPES = {
    "dcat:Catalog": {
        "dct:title": (1, None), "dct:description": (1, None), "dct:publisher": (1, 1), "dcat:dataset": (1, None),
        "dct:language": (1, None), "dct:license": (1, 1), "dct:spatial": (1, None), "dcat:themeTaxonomy": (1, None),
        "foaf:homepage": (1, 1), "dct:issued": (1, 1), "dct:modified": (1, 1), "dcat:service": (1, None),
    },
    "dcat:Dataset": {
        "dct:title": (1, None), "dct:description": (1, None), "dcat:contactPoint": (1, None),
        "dcat:distribution": (1, None), "dcat:keyword": (1, None), "dct:publisher": (1, 1),
        "dct:spatial": (1, None), "dct:temporal": (1, None), "dcat:theme": (1, None), "dct:identifier": (1, 1),
        "dct:accrualPeriodicity": (1, 1), "dct:accessRights": (1, 1), "dct:issued": (1, 1), "dct:modified": (1, 1),
        "owl:versionInfo": (0, 1), "dcat:landingPage": (1, None),
    },
    "dcat:Distribution": {
        "dcat:accessURL": (1, None), "dct:description": (1, None), "dct:format": (1, 1), "dct:license": (1, 1),
        "dcatap:availability": (1, 1), "dcat:mediaType": (1, 1), "dct:rights": (0, 1), "dcat:byteSize": (0, 1),
    },
    "dcat:DataService": {
        "dct:title": (1, None), "dcat:endpointURL": (1, None), "dcat:servesDataset": (1, None),
        "dcat:endpointDescription": (1, None), "dct:license": (0, 1), "dct:accessRights": (0, 1),
    },
    "foaf:Agent": {"foaf:name": (1, None)},
    "dct:PeriodOfTime": {"dcat:startDate": (1, 1), "dcat:endDate": (1, 1)},
    "vcard:Organization": {"vcard:fn": (1, None), "vcard:hasEmail": (1, None)},
    "dct:RightsStatement": {"rdfs:label": (1, None)},
}  # fmt: skip
EU = "http://publications.europa.eu/resource/authority/"
# Property → where its values must come from.
VOCABULARIES = {
    "dct:language": EU + "language/",
    "dct:spatial": EU + "country/",
    "dcat:theme": EU + "data-theme/",
    "dct:format": EU + "file-type/",
    "dct:accrualPeriodicity": EU + "frequency/",
    "dct:accessRights": EU + "access-right/",
    "dct:license": EU + "licence/",
    "dcatap:availability": EU + "planned-availability/",
    "dcat:mediaType": "http://www.iana.org/assignments/media-types/",
}


def listed(values):
    return values if isinstance(values, list) else [values]


def nodes(tree):
    """Every node that has a class."""
    if isinstance(tree, dict):
        if "@type" in tree and "@value" not in tree:
            yield tree
        for key, value in tree.items():
            if key != "@context":
                yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)


@pytest.fixture
def tree(api):
    answer = api.get("/open-data/catalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    return json.loads(answer.content)


def test_every_node_keeps_the_shape_of_its_class(tree):
    seen = set()
    for node in nodes(tree):
        seen.add(node["@type"])
        for name, (least, most) in SHAPES[node["@type"]].items():
            count = len(listed(node[name])) if name in node else 0
            assert count >= least, (node["@type"], node.get("@id"), name)
            assert most is None or count <= most, (node["@type"], node.get("@id"), name)
    assert seen == set(SHAPES)


def test_titles_and_descriptions_are_in_both_languages(tree):
    for node in nodes(tree):
        for name in {"dct:title", "dct:description", "dcat:keyword"} & node.keys():
            languages = [text["@language"] for text in node[name]]
            assert set(languages) == {"pl", "en"}, (node["@id"], name)
            assert all(text["@value"] and "%(" not in text["@value"] for text in node[name])


def test_controlled_values_come_from_their_vocabularies(tree):
    for node in nodes(tree):
        for name, start in VOCABULARIES.items():
            for value in listed(node.get(name, [])):
                assert value["@id"].startswith(start), (node["@type"], name)


def test_dates_are_typed(tree):
    for node in nodes(tree):
        for name in {"dct:issued", "dct:modified", "dcat:startDate", "dcat:endDate"} & node.keys():
            assert node[name]["@type"] in {"xsd:date", "xsd:dateTime"}


def test_context_is_inside_and_names_every_prefix(tree):
    assert all(isinstance(address, str) for address in tree["@context"].values())
    used = {name.partition(":")[0] for node in nodes(tree) for name in node if not name.startswith("@")}
    used |= {node["@type"].partition(":")[0] for node in nodes(tree)}
    assert used <= set(tree["@context"])


def test_every_distribution_can_be_downloaded(api, tree):
    addresses = [
        node["dcat:downloadURL"]["@id"] for node in nodes(tree) if node["@type"] == "dcat:Distribution"
    ]
    assert len(addresses) == len(set(addresses)) == 3 * len(listed(tree["dcat:dataset"]))
    for address in addresses:
        assert api.head(address[address.index("/open-data/") :]).status_code == 200
    dataset = listed(tree["dcat:dataset"])[0]["@id"]
    assert api.get(dataset[dataset.index("/open-data/") :])["Location"].endswith("/open-data/#edition-2026")


def triples(tree):
    """How many statements the tree makes, and of which subjects."""
    count = 0
    for node in nodes(tree):
        count += 1 + sum(len(listed(value)) for name, value in node.items() if not name.startswith("@"))
    return count


def test_turtle_says_the_same(api, tree):
    text = api.get("/open-data/catalog.ttl").content.decode()
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    assert plain.count("[ a ") + plain.count("> a ") == len(list(nodes(tree)))
    assert plain.count("[") == plain.count("]")
    assert 'dct:title "Otwarte dane programu Miasta"@pl, "Open data of the programme Cities"@en' in text
    for prefix in catalog.PREFIXES:
        assert f"@prefix {prefix}: <" in text


def test_rdf_says_the_same(api, tree):
    answer = api.get("/open-data/catalog.rdf")
    assert answer["Content-Type"] == "application/rdf+xml"
    root = ET.fromstring(answer.content)

    def statements(element):
        return sum(1 + sum(map(statements, child)) for child in element) + 1

    assert sum(map(statements, root)) == triples(tree)


def test_text_with_quotes_and_markup_stays_whole(world):
    nasty = 'Miasto "A" <b> \\ & Co\nnowy wiersz'
    tree = {
        "@id": "https://x.org/",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": nasty, "@language": "pl"},
    }
    quoted = re.search(r'dct:title ("(?:[^"\\]|\\.)*")@pl', catalog.as_turtle(tree))[1]
    assert json.loads(quoted) == nasty
    assert ET.fromstring(catalog.as_rdf(tree))[0][0].text == nasty
