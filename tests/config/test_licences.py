"""What is refused of licences and origins, and how."""

import pytest
from tests.checks import without_place

from imggen.config.load import load_config
from imggen.errors import ConfigError

LAYER = '[[layer]]\nname = "hat"\nfolder = "hats"\n'


def refused(tmp_path, toml):
    path = tmp_path / "imggen.toml"
    path.write_text(toml)
    with pytest.raises(ConfigError) as error:
        load_config(path, {})
    return without_place(str(error.value))


@pytest.mark.parametrize("key", ["description", "licence", "author", "url"])
def test_texts_are_one_line(tmp_path, key):
    error = refused(tmp_path, f'[dataset]\n{key} = "a\\nb"\n{LAYER}')
    assert error.splitlines()[0].endswith(f'dataset.{key} is "a\\nb"; expected one line of text.')


@pytest.mark.parametrize("key", ["licence", "author", "source"])
def test_texts_of_art_say_something(tmp_path, key):
    error = refused(tmp_path, f'{LAYER}art = {{ {key} = "  " }}')
    assert error == f'layer.hat.art.{key} is "  "; expected one line of text.'


@pytest.mark.parametrize("address", ["example.org", "https://", "ftp://example.org", "http://a b"])
def test_addresses(tmp_path, address):
    error = refused(tmp_path, f'[dataset]\nurl = "{address}"\n{LAYER}')
    assert error == (f'dataset.url is "{address}"; expected an address like "https://example.org".')


def test_an_empty_licence(tmp_path):
    error = refused(tmp_path, f'[dataset]\nlicence = ""\n{LAYER}')
    assert error == (
        'dataset.licence is ""; expected an SPDX identifier like "CC-BY-4.0", an address, or a '
        "name in quotes."
    )


def test_a_misspelt_key(tmp_path):
    error = refused(tmp_path, f'[dataset]\nlicense = "MIT"\n{LAYER}')
    assert error == 'dataset.license is not a known key; did you mean "licence"?'
