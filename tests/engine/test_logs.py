"""The engine's own logs: each start of the CLI looks at all that are kept."""

import os
from datetime import datetime
from pathlib import Path

from sandbox.engine.workspace import create_stack

MEBIBYTE = 1 << 20


def test_engine_keeps_few_logs(tmp_path, engine):
    logs = Path(os.environ["PULUMI_HOME"], "logs")
    logs.mkdir(exist_ok=True)
    # The oldest of today: a week would be its end in any case.
    old = logs / f"pulumi-{datetime.now():%Y%m%d}T000000-1-version.log"
    old.write_bytes(bytes(6 * MEBIBYTE))
    program = Path(__file__).parents[2] / "__main__.py"

    create_stack(
        tmp_path / "stack", engine, program, environment={}, config={}, secret_config={}
    )

    assert not old.exists()
