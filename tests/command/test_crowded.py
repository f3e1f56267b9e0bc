"""What found no room is said at the end of a run and of a dry run."""

import pytest
from tests.art import small_article_values, write_small_article, write_toml

from imggen import bulk
from imggen.command.summary import say_crowded


def test_a_line_for_each_layer_without_room():
    end = "has no free place and overlaps a layer that it should avoid"
    assert list(say_crowded({"hat": 0, "bird": 1200, "bee": 1}, 5000)) == [
        f"crowded  in 1,200 of 5,000 images bird {end}",
        f"crowded  in 1 of 5,000 images bee {end}",
    ]


@pytest.mark.parametrize("args", [["--dry-run"], ["--quiet"], []])
def test_it_is_said(tmp_path, capsys, args):
    art = write_small_article(tmp_path / "art")
    values = small_article_values(trim=True)
    values["layer"][2]["place"] = {"anchor": "bottom", "x": 96, "y": 100, "avoid": "character"}
    write_toml(art, values)
    out = tmp_path / "out"
    call = [str(art), "--count", "50", "--workers", "1", "--out", str(out), *args]
    assert bulk.main(call) == 0
    said = capsys.readouterr().out
    crowded = [line for line in said.splitlines() if line.startswith("crowded  ")]
    assert len(crowded) == (0 if "--quiet" in args else 1)
    assert all("of 50 images object has no free place and overlaps a" in line for line in crowded)
