"""Datasets in an S3 store on this machine that fails requests; run by scripts/test-clusters."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

boto3 = pytest.importorskip("boto3")
server = pytest.importorskip("moto.server")
serving = pytest.importorskip("werkzeug.serving")

ART = Path(__file__).parents[2] / "assets"


@pytest.fixture(scope="module")
def store():
    """The environment of a client of a store in which every 20th request fails."""
    app, requests = (
        server.DomainDispatcherApplication(server.create_backend_app),
        itertools.count(1),
    )

    def failing(environ, start_response):
        number = next(requests)
        if number % 20 or environ["REQUEST_METHOD"] == "HEAD":
            return app(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status = ("500 Internal Server Error", "503 Slow Down")[number // 20 % 2]
        start_response(status, [("Content-Length", "0")])
        return [b""]

    served = serving.make_server("127.0.0.1", 0, failing, threaded=True)
    Thread(target=served.serve_forever, daemon=True).start()
    environment = {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret-of-this-test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{served.server_port}",
    }
    client = boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id="key",
        aws_secret_access_key="secret-of-this-test",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="bucket")
    yield environment, client
    served.shutdown()


def imggen(*args, env):
    command = [sys.executable, "-m", "imggen", *map(str, args)]
    return subprocess.run(
        command, check=False, env={**os.environ, **env}, capture_output=True, text=True
    )


@pytest.mark.parametrize("container", ["files", "webdataset"])
def test_a_failing_store_has_the_dataset_of_a_local_run(store, tmp_path, container):
    env, client = store
    how = ["bulk", ART, "--count", 24, "--container", container, "--format", "jpeg", "--quiet"]
    how += ["--shard-images", 4] if container == "webdataset" else []
    assert imggen(*how, "--out", tmp_path / "out", env=env).returncode == 0
    made = imggen(*how, "--out", f"s3://bucket/{container}", env=env)
    assert (made.returncode, made.stderr) == (0, "")
    content = client.get_object(Bucket="bucket", Key=f"{container}/run.json")["Body"].read()
    local = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert json.loads(content)["digest"] == local["digest"]
    assert b"secret-of-this-test" not in content
    assert imggen("verify", f"s3://bucket/{container}", "--quiet", env=env).returncode == 0
