"""The picture of a terminal says what was printed and asks nobody for anything."""

import html
import re
from xml.etree import ElementTree

from sandbox.commands.picture import drawn

PRINTED = """\
The deployment
  ✓    2.0 s  pulumi preview                       7 to create
  ✗    0.1 s  A <step> & its end
              │ Set it with: pulumi config set zuploBucket x
"""


def test_picture_holds_every_word_in_order():
    svg = drawn(PRINTED, "make try")
    ElementTree.fromstring(svg)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    shown = html.unescape(" ".join(texts)).replace("\xa0", " ").split()
    assert shown == ["make", "try", *PRINTED.split()]


def test_picture_colours_marks_as_the_transcript_does():
    svg = drawn(PRINTED, "make try")
    colours = dict(re.findall(r'class="[\w-]+-r(\d)"[^>]*>([✓✗│])<', svg))
    assert len(colours) == 3


def test_picture_refers_to_no_other_host():
    assert re.findall(r"https?://[^\"]+", drawn(PRINTED, "make try")) == [
        "http://www.w3.org/2000/svg"
    ]
