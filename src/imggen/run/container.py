"""What must hold of a container besides its settings: of the run, of this machine, of the art."""

from __future__ import annotations

from importlib.util import find_spec

from imggen.assets import Library
from imggen.config import Config
from imggen.config.container_checks import DOT, fields_of_key
from imggen.errors import ConfigError, InputError, PlanError
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


def check_keys(config: Config, library: Library) -> None:
    """Refuse names of samples that a variant would put a dot into.

    Raises
    ------
    PlanError
        Naming the variant.
    """
    if config.output.container != "webdataset":
        return
    fields = fields_of_key(config.dataset.image_name)
    for layer in library.layers:
        for name in layer.names:
            if layer.layer in fields and DOT in name:
                message = (
                    f'dataset.image_name holds {{{layer.layer}}}, which may be "{name}", but '
                    'names in output.container = "webdataset" end at their first dot; rename '
                    "the variant, or leave the field out."
                )
                raise PlanError(message)
