"""The unit tests that docs/reuse.md shows are run as they stand there."""

import re
import subprocess
import sys

from tests.toolkit.repository import document

PAGE = document("reuse.md")


def test_shown_unit_tests_pass(tmp_path):
    section = PAGE.split("## Unit tests\n")[1]
    (shown,) = re.findall(r"```python\n(.*?)```", section.split("\n## ")[0], re.S)
    (tmp_path / "test_portal.py").write_text(shown)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--rootdir", tmp_path, tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
