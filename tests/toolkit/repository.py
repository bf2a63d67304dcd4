"""The files of this checkout."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "components" / "consumer_on_login"
EXAMPLES = REPOSITORY / "examples"
NODE = REPOSITORY / "action" / "node_modules" / ".bin" / "node"
PAGES = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *REPOSITORY.glob("docs/**/*.md"),
        *REPOSITORY.glob("examples/*/*.md"),
    ]
)


def document(name: str) -> str:
    return (REPOSITORY / "docs" / name).read_text("utf-8")
