"""What must hold of a container besides its settings: of the run, and of this machine."""

from __future__ import annotations

from importlib.util import find_spec

from imggen.config import Config
from imggen.errors import ConfigError, InputError
from imggen.run.options import Options


def check_container_run(config: Config, options: Options) -> None:
    """Refuse options without a meaning, and a container that this machine cannot write.

    Raises
    ------
    InputError
        With one sentence on the first thing that is wrong.
    """
    container = config.output.container
    if config.output.sharded and options.chunk_size is not None:
        message = (
            f"--chunk-size is {options.chunk_size}, but with output.container = "
            f'"{container}" a task is a shard; leave it out, or give --shard-images.'
        )
        raise InputError(message)
    if container == "parquet" and find_spec("pyarrow") is None:
        message = (
            'output.container is "parquet", which needs pyarrow; install it with '
            "`pip install pyarrow`, or choose another container."
        )
        raise ConfigError(message)
