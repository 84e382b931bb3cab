from django.template import Context, Engine


def test_block_is_said_again_with_its_words_escaped_once():
    base = "{% load blocks %}<title>{% block title %}{% endblock %}</title><b>{% block_again 'title' %}</b>"
    page = "{% extends 'base' %}{% block title %}\n  {{ name }}\n{% endblock %}"
    engine = Engine(
        loaders=[("django.template.loaders.locmem.Loader", {"base": base, "page": page})],
        libraries={"blocks": "ratusz.apps.core.templatetags.blocks"},
    )
    said = engine.get_template("page").render(Context({"name": "A & B"}))
    assert said.endswith("<b>A &amp; B</b>")
