"""The commands and the Python in docs/stores.md run as they are."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.documents import blocks
from tests.stores.conftest import imggen

PAGE = Path(__file__).parents[2] / "docs" / "stores.md"


def test_commands_run(server, art, tmp_path, monkeypatch):
    shutil.copytree(art, tmp_path / "my-art")
    monkeypatch.chdir(tmp_path)
    server.client.create_bucket(Bucket="my-bucket")
    for path in filter(Path.is_file, art.rglob("*")):  # aws s3 sync
        key = f"my-art/{path.relative_to(art).as_posix()}"
        server.client.put_object(Bucket="my-bucket", Key=key, Body=path.read_bytes())
    lines = [line for block in blocks("sh", PAGE) for line in block.values[0].splitlines()]
    calls = [shlex.split(line)[1:] for line in lines if line.startswith("imggen ")]
    calls = [call for call in calls if "--scheduler" not in call]  # tests/clusters has those
    assert len(calls) == 11
    for call in calls:
        workers = ["--workers", "1"] if call[0] == "bulk" else []
        code, said = imggen(*call, *workers)
        assert (code, "imggen:" in said) == (0, False), (call, said)


def test_python_runs(art, tmp_path):
    """In a process of its own: its workers are those of a default run."""
    shutil.copytree(art, tmp_path / "my-art")
    found = [block.values[0] for block in blocks("python", PAGE)]
    assert len(found) == 1
    for code in found:
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
