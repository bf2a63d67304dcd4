"""Draws what a command printed: ``make try | python -m sandbox.commands.picture FILE``.

The text is the command's own, word by word; the colours are those of the transcript,
which leaves them out where its output is no terminal.
"""

import argparse
import io
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 110
STYLES = {
    r"(?<=^  )✓": "green",
    r"(?<=^  )✗": "red",
    r"(?<=^  . ) *[\d.]+ s(?=  )": "bright_black",
    r"(?<=^ {14})│": "bright_black",
    r"^\S.*": "bold",
}
FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font: {char_height}px/{line_height}px ui-monospace, Menlo, Consolas, monospace;
}}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})"
   clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Without a font from elsewhere, which Rich's own format asks the reader to fetch."""


def drawn(printed: str, title: str) -> str:
    """Give an SVG of a terminal with this text."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), highlight=False)
    for line in printed.strip().splitlines():
        text = Text(line)
        for pattern, style in STYLES.items():
            text.highlight_regex(pattern, style)
        console.print(text)
    return console.export_svg(title=title, code_format=FORMAT)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.commands.picture",
        description="Draw the terminal output on standard input as an SVG.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--title", default="make try")
    chosen = parser.parse_args()
    chosen.file.parent.mkdir(parents=True, exist_ok=True)
    chosen.file.write_text(drawn(sys.stdin.read(), chosen.title))


if __name__ == "__main__":
    main()
