"""A dataset in a notebook: its first images, with what they show."""

import re
from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image
from tests.art import write_dataset
from tests.checks import check_pixels

import imggen


def test_the_first_images_are_shown(small_article):
    dataset = imggen.Dataset(small_article, size=90)
    shown = dataset._repr_html_()
    assert shown.startswith("<p>imggen.Dataset &#x27;article&#x27;: 200 images, 160x90</p>")
    pictures = re.findall(r'src="data:image/png;base64,([^"]*)"', shown)
    captions = re.findall(r"<small>(.*?)</small>", shown)
    assert len(pictures) == len(captions) == 6
    for item, picture, caption in zip(dataset, pictures, captions, strict=False):
        with Image.open(BytesIO(b64decode(picture))) as image:
            check_pixels(image, item["image"])
        assert caption == f"{item['index']}: {', '.join(item['shown'].values())}"
    part = dataset[7:8]._repr_html_()
    assert re.findall(r"<small>(\d+):", part) == ["7"]
    assert "<figure" not in dataset[:0]._repr_html_()


def test_names_are_text_and_pictures_small(tmp_path):
    art = {"sky": {"a&b": np.full((40, 500, 1), 77, np.uint8)}}
    path = write_dataset(tmp_path, art, dataset={"count": 1}, canvas={"mode": "L"})
    shown = imggen.Dataset(path)._repr_html_()
    assert "<small>0: a&amp;b</small>" in shown
    (picture,) = re.findall(r"base64,([^\"]*)", shown)
    with Image.open(BytesIO(b64decode(picture))) as image:
        assert (image.size, image.mode, image.getextrema()) == ((160, 13), "L", (77, 77))
