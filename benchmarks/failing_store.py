"""An S3 server on this machine that refuses every n-th request: its arguments are a file and n.

It writes its address to the file once it serves, and makes the bucket BUCKET.
"""

from __future__ import annotations

import itertools
import logging
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BUCKET = "bucket"
IN_MEMORY = {"MOTO_S3_DEFAULT_KEY_BUFFER_SIZE": str(2**40)}  # bytes: of no object a file is made


def serve(file: Path, every: int) -> None:
    """Serve until the process is ended."""
    os.environ.update(IN_MEMORY)
    from moto.backends import get_backend  # noqa: PLC0415  # where it is installed
    from moto.server import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
    from werkzeug.serving import make_server  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = DomainDispatcherApplication(create_backend_app)
    numbers = itertools.count(1)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if next(numbers) % every:
            found: Iterable[bytes] = app(environ, start_response)
            return found
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("503 Slow Down", [("Content-Length", "0")])
        return [b""]

    get_backend("s3")["123456789012"]["aws"].create_bucket(BUCKET, "us-east-1")
    served = make_server("127.0.0.1", 0, answer, threaded=True)
    file.write_text(f"http://127.0.0.1:{served.server_port}")
    served.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
