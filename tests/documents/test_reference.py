"""docs/reference.md is as the records, Pulumi.yaml and the component make it."""

from docs import reference

RENEW = "docs/reference.md is stale; renew it with: .venv/bin/python docs/reference.py"


def test_page_is_as_the_generator_writes_it():
    assert reference.PAGE.read_text("utf-8") == reference.page(), RENEW
