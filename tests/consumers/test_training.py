"""PyTorch trains on imggen.Dataset: its loaders, the code in the documents, and the experiment."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.documents import TRAINING, check_said, python_blocks, run_code

import imggen

REPO = Path(__file__).parents[2]
EXAMPLE = REPO / "docs" / "examples" / "shortcut.py"
COUNT = 64

torch = pytest.importorskip("torch", reason="no CPU build of PyTorch: see scripts/test-consumers")


@pytest.fixture(scope="module")
def shortcut():
    """The example as a module."""
    spec = importlib.util.spec_from_file_location("shortcut", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def settings(shortcut):
    """The example's images in two splits."""
    return shortcut.settings([{"name": "train", "count": 48}, {"name": "test", "count": 16}])


@pytest.fixture(scope="module")
def files(settings, tmp_path_factory):
    """The pixels of the files of a bulk run of them, (images, height, width, channels)."""
    from imggen.run import Options, generate
    from imggen.run.progress import Count

    out = tmp_path_factory.mktemp("bulk") / "out"
    dataset = imggen.Dataset(settings)
    generate(dataset.config, Options(out=out, workers=1), Count())
    return np.stack([np.asarray(Image.open(out / dataset.name(k))) for k in range(COUNT)])


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_loader_with_workers_gives_the_files_of_a_run(settings, files, start):
    dataset = imggen.Dataset(settings)
    loader = torch.utils.data.DataLoader(
        dataset, batch_size=10, shuffle=True, num_workers=2, multiprocessing_context=start
    )
    seen = []
    for batch in loader:
        assert batch["image"].dtype == torch.uint8
        indices = batch["index"].tolist()
        np.testing.assert_array_equal(batch["image"].numpy(), files[indices])
        for layer, names in dataset.classes.items():
            assert [names[k] for k in batch["labels"][layer].tolist()] == batch["shown"][layer]
        assert batch["split"] == ["train" if k < 48 else "test" for k in indices]
        seen += indices
    assert sorted(seen) == list(range(COUNT))


def test_default_collate_takes_items_as_batch_does(settings):
    dataset = imggen.Dataset(settings)
    collated = torch.utils.data.default_collate([dataset[k] for k in (3, 1, 50)])
    batch = dataset.batch([3, 1, 50])
    np.testing.assert_array_equal(collated["image"].numpy(), batch["image"])
    assert collated["index"].tolist() == batch["index"].tolist()
    assert (collated["split"], collated["shown"]) == (batch["split"], batch["shown"])
    for layer, labels in batch["labels"].items():
        np.testing.assert_array_equal(collated["labels"][layer].numpy(), labels)


@pytest.mark.parametrize("code", python_blocks(TRAINING, torch=True))
def test_code_on_training_runs(code, tmp_path):
    check_said(code, run_code(code, tmp_path))


def test_characters_and_backgrounds_are_learned(shortcut):
    learned = shortcut.learn_both()
    assert learned["character"] > 0.95
    assert learned["background"] > 0.95


def test_correlated_backgrounds_are_a_shortcut(shortcut, tmp_path):
    found = {strength: shortcut.take_shortcut(strength) for strength in (0, 1)}
    assert found[0]["alike"] > 0.95
    assert found[0]["random"] > 0.95
    assert found[1]["alike"] > 0.95
    assert found[1]["random"] < 0.6
    pytest.importorskip("matplotlib").use("agg")
    shortcut.draw_picture(tmp_path / "shortcut.png", found)
    with Image.open(tmp_path / "shortcut.png") as image:
        assert image.width > 2 * image.height
