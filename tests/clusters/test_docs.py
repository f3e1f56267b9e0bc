"""The commands and scripts in docs/clusters.md run, with this machine in place of a cluster."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from importlib.metadata import metadata
from pathlib import Path

import pytest
import yaml
from tests.clusters.conftest import MARK, REPO, is_of
from tests.documents import blocks
from tests.run.runs import wait_until
from tests.stores.conftest import BUCKET

from imggen import cli

PAGE = REPO / "docs" / "clusters.md"
STUBS = Path(__file__).with_name("stubs")
BIN = Path(sys.executable).parent
COUNT = 12
WHOLE = re.MULTILINE | re.DOTALL
RUN = {
    "Partitions",
    "How far it is",
    "Slurm",
    "One command on a cluster: Dask and Ray",
    "A Dask cluster",
    "A Ray cluster",
    "Slurm with Dask",
    "Kubernetes with Dask",
    "Kubernetes with Ray",
}


def section(title):
    """The text below a heading of the page, to the next one."""
    [text] = re.findall(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", PAGE.read_text(), WHOLE)
    return text


def shell_of(title, **changes):
    """The shell blocks below a heading, with few images, few CPUs, and `changes` of words."""
    found = []
    for block in re.findall(r"^```sh\n(.*?)^```$", section(title), WHOLE):
        text = re.sub(r"--count \d+", f"--count {COUNT}", block)
        text = re.sub(r"(--cpus-per-task=|--nworkers )16\b", r"\g<1>1", text)
        for old, new in changes.items():
            text = text.replace(old, new)
        found.append(text)
    return found


@pytest.fixture
def site(art, tmp_path):
    """A folder with `my-art`, and the environment of its shells; Slurm and Kubernetes are stubs."""
    (tmp_path / "my-art").symlink_to(art)
    return {
        **os.environ,
        "PATH": f"{STUBS}:{BIN}:{os.environ['PATH']}",
        "PYTHONPATH": str(REPO),
        "HOME": str(tmp_path),
        "SCRATCH": str(tmp_path),
        MARK: f"docs of {os.getpid()}",
    }


def run_shell(text, site, **variables):
    """Run a script as bash does; what it says, also by what it leaves running."""
    said = Path(site["HOME"]) / "said.txt"
    with said.open("w") as out:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            env={**site, **variables},
            cwd=site["HOME"],
            stdout=out,
            stderr=out,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, (text, said.read_text())
    assert "imggen:" not in said.read_text()
    return said.read_text()


@contextmanager
def beside(text, site):
    """Run a script beside the block; all that it has started is gone after it."""
    process = subprocess.Popen(["bash", "-c", text], env=site, cwd=site["HOME"])
    try:
        yield
    finally:
        end_all()
        process.wait(20)


def end_all():
    """End all processes that shells of these tests have started."""
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    for pid in filter(lambda pid: pid != os.getpid() and is_of("docs", pid), pids):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def is_complete(out):
    return cli.main(["status", str(out)]) == 0


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


def answers(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), 1):
        return True
    return False


def test_every_block_is_run():
    titles = re.findall(r"^#+ (.*)\n", PAGE.read_text(), re.MULTILINE)
    assert {title for title in titles if "```sh\n" in section(title)} == RUN
    assert sum(len(shell_of(title)) for title in RUN) == len(blocks("sh", PAGE))


def test_sentences_of_the_table_are_said():
    rows = re.findall(r"^\| (`.*?`) \|", section("If it does not work"), re.MULTILINE)
    said = [one for row in rows for one in re.findall("`(.*?)`", row)]
    sources = [path.read_text() for path in (REPO / "src" / "imggen").rglob("*.py")]
    assert len(said) == 8
    for sentence in said:
        assert any(sentence in text for text in sources), sentence


def test_partitions(site, tmp_path):
    [bulk] = shell_of("Partitions", **{"imggen bulk": "imggen bulk --workers 1"})
    [status] = shell_of("How far it is")
    run_shell(bulk, site)
    assert f"{COUNT} of {COUNT}" in run_shell(status, site)
    assert is_complete(tmp_path / "data")


def test_slurm_arrays(site, tmp_path):
    script, submit, of_many, submit_many = shell_of(
        "Slurm",
        **{"--array=1-1000": "--array=1-1", "--array=1-100": "--array=1-2"},
        **{'/100"': '/2"', '/10000"': '/2"', "seq 0 1000 9000": "seq 0 1 1"},
    )
    (tmp_path / "bulk.sh").write_text(script)
    run_shell(submit, site)
    assert is_complete(tmp_path / "data")
    (tmp_path / "bulk.sh").write_text(of_many.replace("/data", "/many"))
    run_shell(submit_many, site)
    run_shell("imggen merge many", site)
    assert is_complete(tmp_path / "many")


def test_kubernetes(site, tmp_path):
    [text] = re.findall(r"^```yaml\n(.*?)^```$", section("Kubernetes"), WHOLE)
    spec = yaml.safe_load(text)["spec"]
    [container] = spec["template"]["spec"]["containers"]
    mounted = {one["name"] for one in container["volumeMounts"]}
    assert mounted == {one["name"] for one in spec["template"]["spec"]["volumes"]}
    [script] = container["args"]
    assert f'/{spec["completions"]}" ' in script
    script = re.sub(r"--count \d+", f"--count {COUNT}", script)
    for old, new in {'/100"': '/2"', "/art ": "my-art ", "/data ": "data ", "16": "1"}.items():
        assert old in script
        script = script.replace(old, new)
    for index in range(2):
        program, *options = container["command"]
        environment = {**site, "JOB_COMPLETION_INDEX": str(index)}
        subprocess.run(
            [program, *options, script], env=environment, cwd=tmp_path, check=True, timeout=120
        )
    run_shell("imggen merge data", site)
    assert is_complete(tmp_path / "data")


def test_one_command_on_a_cluster(site, dask_cluster, ray_cluster, tmp_path):
    [text] = shell_of(
        "One command on a cluster: Dask and Ray",
        **{"tcp://head:8786": dask_cluster, "head:6379": ray_cluster, "/shared/": "shared/"},
    )
    install, dask, ray = text.splitlines()
    extras = metadata("imggen").get_all("Provides-Extra")
    assert set(re.findall(r"imggen\[(\w+)\]", install)) == {"dask", "ray"} <= set(extras)
    for line in (dask, ray):
        run_shell(f"{line}; rm -r shared", site)


def test_a_dask_cluster(site, tmp_path):
    port = free_port()
    [text] = shell_of("A Dask cluster", head="127.0.0.1", **{"8786": port, "/shared/": "shared/"})
    *variables, scheduler, worker, bulk = text.splitlines()
    with beside("\n".join([*variables, scheduler]), site):
        assert wait_until(lambda: answers(port), 60)
        with beside("\n".join([*variables, worker]), site):
            run_shell(bulk, site)


def test_a_ray_cluster(site, tmp_path):
    """Of two nodes, both on this machine."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        [text] = shell_of(
            "A Ray cluster",
            **{"head:6379": f"127.0.0.1:{port}", "6379": port, "/shared/": "shared/"},
            **{"RAY_AUTH_TOKEN=...": f"RAY_AUTH_TOKEN={os.environ['RAY_AUTH_TOKEN']}"},
            **{"ray start ": "ray start --num-cpus 1 "},
        )
        try:
            run_shell(text, site, RAY_TMPDIR=folder, RAY_USAGE_STATS_ENABLED="0")
        finally:
            end_all()


def test_slurm_with_dask(site, tmp_path):
    [script] = shell_of("Slurm with Dask")
    try:
        run_shell(script, site, SLURM_JOB_ID="7", SLURM_CPUS_PER_TASK="1")
    finally:
        end_all()


def test_kubernetes_with_dask(site, dask_cluster):
    [text] = shell_of(
        "Kubernetes with Dask",
        **{"tcp://render-scheduler:8786": dask_cluster, " /art ": " my-art ", " /data ": " data "},
    )
    run_shell(text, site)


def test_kubernetes_with_ray(site, ray_cluster, server, art):
    [text] = re.findall(r"^```yaml\n(.*?)^```$", section("Kubernetes with Ray"), WHOLE)
    described = yaml.safe_load(text)
    [group] = described["spec"]["workerGroupSpecs"]
    worker = group["template"]["spec"]
    mounted = {one["name"] for one in worker["containers"][0]["volumeMounts"]}
    assert mounted == {one["name"] for one in worker["volumes"]}
    for path in filter(Path.is_file, art.rglob("*")):
        server.put(f"my-art/{path.relative_to(art).as_posix()}", path.read_bytes())
    name = f"{described['metadata']['name']}-head-svc"
    [command] = shell_of(
        "Kubernetes with Ray", **{f"{name}:6379": ray_cluster, "my-bucket": BUCKET}
    )
    assert f"svc/{name} " in command
    run_shell(command, site, **server.environment)
    assert is_complete(f"s3://{BUCKET}/data")
