"""The commands, scripts, policies and Python in docs/stores.md are true."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.documents import blocks
from tests.stores.conftest import imggen

REPO = Path(__file__).parents[2]
PAGE = REPO / "docs" / "stores.md"
STUBS = REPO / "tests" / "clusters" / "stubs"  # in place of Slurm's commands
WHOLE = re.MULTILINE | re.DOTALL
COUNT = 12
BULK = {
    "--count 100000000": f"--count {COUNT}",
    "--container webdataset": "--container webdataset --shard-images 6",
    '/100"': '/2"',
}


def section(title):
    """The text below a heading of the page, to the next one."""
    [text] = re.findall(rf"^#+ {re.escape(title)}\n(.*?)(?=^##|\Z)", PAGE.read_text(), WHOLE)
    return text


def of_two(text, **changes):
    """A script for a hundred partitions, of few images in two of one worker each."""
    for old, new in {**BULK, **changes}.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def site(server, tmp_path, monkeypatch):
    """A folder with `my-art`, a bucket that has the art, too, and the commands of Slurm."""
    monkeypatch.chdir(tmp_path)
    assert imggen("init", "my-art")[0] == 0
    art = Path("my-art")
    monkeypatch.setenv("HOME", str(tmp_path))
    path = (str(STUBS), str(Path(sys.executable).parent), os.environ["PATH"])
    monkeypatch.setenv("PATH", os.pathsep.join(path))
    server.client.create_bucket(Bucket="my-bucket")
    for path in filter(Path.is_file, art.rglob("*")):  # aws s3 sync
        key = f"my-art/{path.relative_to(art).as_posix()}"
        server.client.put_object(Bucket="my-bucket", Key=key, Body=path.read_bytes())
    return tmp_path


def test_commands_and_python_run(site):
    lines = [line for block in blocks("sh", PAGE) for line in block.values[0].splitlines()]
    calls = [shlex.split(line)[1:] for line in lines if line.startswith("imggen ")]
    calls = [call for call in calls if "--scheduler" not in call]  # tests/clusters has those
    assert len(calls) == 12
    for call in calls:
        workers = ["--workers", "1"] if call[0] == "bulk" else []
        code, said = imggen(*call, *workers)
        assert (code, "imggen:" in said) == (0, False), (call, said)
    found = [block.values[0] for block in blocks("python", PAGE)]
    assert len(found) == 2
    for code in found:  # in processes of their own: their workers are those of a default run
        subprocess.run([sys.executable, "-c", code], check=True)


def test_slurm(site):
    script, submit = re.findall(r"^```sh\n(.*?)^```$", section("Slurm"), WHOLE)
    few = {"--array=1-100": "--array=1-2", "--cpus-per-task=16": "--cpus-per-task=1"}
    Path("bulk.sh").write_text(of_two(script, **few))
    subprocess.run(["bash", "-euo", "pipefail", "-c", submit], check=True, timeout=120)
    assert imggen("status", "s3://my-bucket/data")[0] == 0


def test_kubernetes(site):
    [text] = re.findall(r"^```yaml\n(.*?)^```$", section("Kubernetes"), WHOLE)
    spec = yaml.safe_load(text)["spec"]
    [container] = spec["template"]["spec"]["containers"]
    mounted = {one["name"] for one in container["volumeMounts"]}
    assert mounted == {one["name"] for one in spec["template"]["spec"]["volumes"]}
    assert spec["completions"] == 100
    [script] = container["args"]
    script = of_two(script, **{" /art ": " my-art ", "--workers 16": "--workers 1"})
    for index in range(2):
        environment = {**os.environ, "JOB_COMPLETION_INDEX": str(index)}
        subprocess.run([*container["command"], script], env=environment, check=True, timeout=120)
    assert imggen("merge", "s3://my-bucket/data")[0] == 0


def test_policies_are_taken_by_the_store(site, server):
    [policy] = blocks("json", PAGE)
    server.client.put_bucket_policy(Bucket="my-bucket", Policy=policy.values[0])
    [call] = re.findall(r"^```sh\n(aws s3api .*?)^```$", PAGE.read_text(), WHOLE)
    rules = json.loads(shlex.split(call)[-1])
    server.client.put_bucket_lifecycle_configuration(
        Bucket="my-bucket", LifecycleConfiguration=rules
    )


def test_sentences_of_the_table_are_said():
    """Those with codes of S3 have them from its answers."""
    rows = re.findall(r"^\| (`.*?`) \|", section("If it does not work"), re.MULTILINE)
    said = [one for row in rows for one in re.findall("`(.*?)`", row)]
    sources = [path.read_text() for path in (REPO / "src" / "imggen").rglob("*.py")]
    own = [one for one in said if not re.fullmatch("[A-Z][a-z]+([A-Z][a-z]+)+[A-Z]?[a-z]*", one)]
    assert len(own) == len(said) - 4 == 6
    for sentence in own:
        assert any(sentence in text for text in sources), sentence
