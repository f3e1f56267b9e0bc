"""Random damage to small datasets: is all of it found, nothing else, and is it all repaired?

`python -m tests.report.damages --damages 1000` damages files of every kind that often, and prints a
table; kinds that several datasets have are shared among them. What is damaged is known by comparing
the folder with what it was, not by what was done.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tests.art import layer, random_pixels, save, write_toml
from tests.run.runs import run

from imggen.report.main import verify
from imggen.run.progress import Count

SIZE = (24, 16)
COUNT = 14  # images
WITHOUT_JOURNAL = 0.05  # of all rounds
MOST_FAILURES = 20
AT_ONCE = 6  # files that are damaged at most, before they are verified together
OF_A_RUN = ("rendered", "seconds", "checksum")  # in `run.json`: a resumed run has its own
TABLES = "table,imagefolder,captions"
SHARDED = ("webdataset", "parquet", "tfrecord", "mds")
GROUPS = {  # container, its format, and labels
    "boxes": ("files", "png", "coco,yolo,voc,classes"),
    "masks": ("files", "png", "masks,yolo-segment," + TABLES),
    "tokens": ("files", "jpeg", "erc721,solana"),
    "links": ("files", "webp", "classes"),
    "tar": ("webdataset", "png", "coco,yolo,voc,masks,captions"),
    "parquet": ("parquet", "jpeg", "coco,table"),
    "tfrecord": ("tfrecord", "jpeg", "coco,voc,croissant"),
    "mds": ("mds", "png", "coco,masks,captions"),
    "npy": ("npy", "png", "coco,table,captions"),
    "npz": ("npz", "png", "coco"),
}


def write_small(folder, container, image_format, labels):
    """Write art and settings of a tiny dataset in two splits; returns `folder`."""
    rng = np.random.default_rng(0)
    width, height = SIZE
    for name in ("day", "night"):
        save(folder / f"skys/{name}.png", random_pixels(rng, width, height, 3))
    for name in ("cap", "crown", "hat"):
        pixels = random_pixels(rng, 7, 6, 4)
        pixels[..., 3] = 255
        save(folder / f"hats/{name}.png", pixels)
    place = {"anchor": "center", "x": [3, 20], "y": [3, 12], "inside": False}
    output = {"container": container, "duplicates": "link" if labels == "classes" else "write"}
    if container == "files" or container in SHARDED:
        output["format"] = image_format
    else:
        del output["duplicates"]
    if container in SHARDED:
        output["shard_images"] = 3
        del output["duplicates"]
    values = {
        "dataset": {"name": "small", "count": COUNT},
        "layer": [layer("sky"), layer("hat", place=place)],
        "split": [{"name": "train", "share": 0.7}, {"name": "test", "share": 0.3}],
        "output": output,
        "labels": {
            "formats": labels.split(","),
            "class_layer": "hat",
            "caption": "a {hat} by {sky}",
        },
    }
    write_toml(folder, values)
    return folder


def contents_of(out):
    """Name to content of every file in a dataset's folder."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def is_dispensable(name):
    """Whether a file of the journal only saves time: damage is noticed, and made up for."""
    return name == ".imggen/synced.json" or name.startswith(".imggen/indexes/")


def kind_of(name):
    """What kind of file it is, for the table of results."""
    if name.endswith(".part"):
        return "left by a killed run"
    if "extra " in name:
        return "extra"
    if name.startswith(".imggen/"):
        return "journal: " + {"parts": "part", "done": "record"}.get(
            name.split("/")[1], name.split("/")[1]
        )
    parts = name.split("/")
    suffix = Path(name).suffix
    if parts[0] in ("images", "classes", "labels", "masks", "captions", "Annotations", "metadata",
                    "solana", "shards", "data", "tfrecords", "mds", "ImageSets"):  # fmt: skip
        return f"{parts[0]}/*{suffix}"
    return f"{parts[0]}" if len(parts) == 1 else f"{parts[0]}/{parts[-1]}"


# --- what can happen to a file --------------------------------------------------------------------


def flip(path, rng, others):
    """One bit in it is another."""
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    write_within(path, content)


def flip_at_an_end(path, rng, others):
    """One bit of where headers, directories and footers are is another."""
    content = bytearray(path.read_bytes())
    within = min(len(content), 512)
    place = rng.randrange(within)
    content[rng.choice([place, -1 - place])] ^= 1 << rng.randrange(8)
    write_within(path, content)


def zero_some(path, rng, others):
    """A block of it is lost."""
    content = bytearray(path.read_bytes())
    start = rng.randrange(len(content))
    stop = min(len(content), start + rng.choice([1, 16, 512, 4096]))
    content[start:stop] = bytes(stop - start)
    write_within(path, content)


def zero(path, rng, others):
    """It has its size and nothing else."""
    write_within(path, bytes(path.stat().st_size))


def cut(path, rng, others):
    """Its end is lost."""
    write_within(path, path.read_bytes()[: rng.randrange(path.stat().st_size)])


def grow(path, rng, others):
    """Something follows it."""
    write_within(path, path.read_bytes() + rng.randbytes(rng.choice([1, 10, 1000])))


def delete(path, rng, others):
    """It is lost."""
    path.unlink()


def replace(path, rng, others):
    """It has the content of another of its kind."""
    path.write_bytes(rng.choice(others or [path]).read_bytes())


def swap(path, rng, others):
    """It and another have changed places."""
    other = rng.choice(others or [path])
    mine, theirs = path.read_bytes(), other.read_bytes()
    for one in (path, other):
        one.unlink(missing_ok=True)
    path.write_bytes(theirs)
    if other != path:
        other.write_bytes(mine)


def add(path, rng, others):
    """There is another beside it."""
    path.with_name(f"extra {rng.randrange(10**6)}{path.suffix}").write_bytes(path.read_bytes())


def leave(path, rng, others):
    """A killed run has left a part of it."""
    path.with_name(path.name + ".part").write_bytes(path.read_bytes()[:10])


DAMAGES = (flip, flip_at_an_end, zero_some, zero, cut, grow, delete, replace, swap, add, leave)
JOURNAL_DAMAGES = (
    flip,
    flip_at_an_end,
    zero_some,
    zero,
    cut,
    grow,
)  # it may be gone, and hold anything else


def write_within(path, content):
    """Change a file as it lies there, with all links to it."""
    with path.open("r+b") as file:
        file.truncate(len(content))
        file.write(content)


# --- rounds ---------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What was done to files of each kind, and what came of it."""

    done: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    tried: Counter = field(default_factory=Counter)  # to repair
    repaired: Counter = field(default_factory=Counter)
    failures: list = field(default_factory=list)

    def rows(self):
        """Kind, damaged, found, tried to repair and repaired."""
        counters = (self.done, self.found, self.tried, self.repaired)
        return [(kind, *(counter[kind] for counter in counters)) for kind in sorted(self.done)]


class Target:
    """A dataset to damage, and what it was."""

    def __init__(self, folder, group):
        self.group = group
        self.out = folder / "out"
        write_small(folder / "art", *GROUPS[group])
        run(folder / "art", self.out)
        self.before = contents_of(self.out)
        self.shown = [name for name in self.before if not name.startswith(".imggen/")]
        self.journal = [
            name for name in self.before if name.startswith(".imggen/") and not is_dispensable(name)
        ]
        self.kinds = {}  # the files of each
        for name in [*self.shown, *self.journal]:
            self.kinds.setdefault(kind_of(name), []).append(name)
        self.shown_kinds = {kind_of(name) for name in self.shown}

    def differing(self):
        """The files that are not what they were; not counting what is written anew each time."""
        now = contents_of(self.out)
        names = {name for name in {*self.before, *now} if not is_dispensable(name)}
        return {name for name in names if now.get(name) != self.before.get(name)}

    def same_results(self, name):
        """Whether `run.json`, written anew, says the same of all but the run itself."""
        now, before = (
            {key: value for key, value in json.loads(content).items() if key not in OF_A_RUN}
            for content in ((self.out / name).read_bytes(), self.before[name])
        )
        return now == before

    def round(self, rng, tally, kinds, *, without_journal, repair):
        """Damage a file of each of `kinds`, verify and, if asked to, repair."""
        what = []
        for name in dict.fromkeys(self.choose(rng, kinds, without_journal=without_journal)):
            path = self.out / name
            if not path.exists() or not path.stat().st_size:
                continue
            journal = name.startswith(".imggen/")
            damage = rng.choice(JOURNAL_DAMAGES if journal else DAMAGES)
            alike = self.kinds[kind_of(name)]
            others = [self.out / one for one in alike if one != name and (self.out / one).exists()]
            damage(path, rng, others)
            what.append(f"{damage.__name__} {name}")
        truth = self.differing()
        if without_journal:
            shutil.rmtree(self.out / ".imggen")
            truth = {name for name in truth if not name.startswith(".imggen/")}
        found, after = self.look(what, repair=repair)
        self.judge(tally, truth, found, what)
        if repair:
            self.judge_repair(tally, truth, after, what, without_journal=without_journal)
        self.restore()

    def judge_repair(self, tally, truth, after, what, *, without_journal):
        """Note what of the damaged files is what it was; extra ones are kept, and named."""
        extra = {name for name in truth if kind_of(name) == "extra"}
        left = {name for name in self.differing() if self.must_come_back(name)}
        if without_journal:  # it is made again where it is needed
            left = {name for name in left if not name.startswith(".imggen/")}
            left -= {name for name in left & {"run.json"} if self.same_results(name)}
        for name in truth:
            tally.tried[kind_of(name)] += 1
            tally.repaired[kind_of(name)] += (name in left & after) if name in extra else (
                name not in left)  # fmt: skip
        if left != extra or after != extra:
            tally.failures.append((self.group, what, "left", sorted(left), sorted(after)))

    def choose(self, rng, kinds, *, without_journal):
        """A file of each of `kinds`, but for what leaves nothing to tell the rest by."""
        if kinds[0] == "run.json" and without_journal:  # then there is no copy of it
            kinds = kinds[:1]
        names = [rng.choice(self.kinds[kind]) for kind in kinds]
        if "run.json" in names:
            names = [name for name in names if name != ".imggen/run.json"]
        if any(name.startswith(".imggen/done/") for name in names):  # its parts mean nothing then
            names = [name for name in names if not name.startswith(".imggen/fragments/")]
        if without_journal and len(names) > 1:
            names = [name for name in names if name != "run.json"]
        return names

    def look(self, what, *, repair):
        """What verifying names, and what is still named after a repair."""
        try:
            report = verify(self.out, 1, Count(), repair=repair)
        except Exception as error:
            message = f"{self.group}: {what}"
            raise AssertionError(message) from error
        after = report.after.findings if report.after else []
        return {one.name for one in report.before.findings}, {one.name for one in after}

    def judge(self, tally, truth, found, what):
        """Note what of the damaged files was found, and what was named without a reason."""
        for name in truth:
            kind = kind_of(name)
            tally.done[kind] += 1
            tally.found[kind] += name in found
        if found != truth:
            tally.failures.append(
                (self.group, what, "not found", sorted(truth - found), "too many",
                 sorted(found - truth))
            )  # fmt: skip

    def must_come_back(self, name):
        """Whether a file must be as it was: records of chunks may be cut anew."""
        return not name.startswith((".imggen/done/", ".imggen/fragments/"))

    def restore(self):
        """Put everything back as it was."""
        now = contents_of(self.out)
        for name in now.keys() - self.before.keys():
            (self.out / name).unlink()
        for name, content in self.before.items():
            if now.get(name) != content:
                (self.out / name).parent.mkdir(parents=True, exist_ok=True)
                (self.out / name).unlink(missing_ok=True)
                (self.out / name).write_bytes(content)


def damage_groups(groups, damages, seed=0, say=None, at_once=AT_ONCE, repair_every=1):
    """Damage files of every kind in `groups` at least so often in all; returns the tally."""
    rng = random.Random(seed)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="damages-") as folder:
        targets = [Target(Path(folder) / group, group) for group in groups]
        sharing = Counter(kind for target in targets for kind in target.kinds)
        for target in targets:
            own = Counter()
            wanted = {kind: -(-damages // sharing[kind]) for kind in target.kinds}
            for number in itertools.count():
                lacking = [kind for kind in wanted if own[kind] < wanted[kind]]
                if not lacking or len(tally.failures) > MOST_FAILURES:
                    break
                rng.shuffle(lacking)
                gone = rng.random() < WITHOUT_JOURNAL
                if gone:
                    lacking = [kind for kind in lacking if not kind.startswith("journal")]
                    lacking = lacking or list(target.shown_kinds)
                before = Counter(tally.done)
                target.round(rng, tally, lacking[:at_once], without_journal=gone,
                             repair=number % repair_every == 0)  # fmt: skip
                own += tally.done - before
            if say:
                say(target.group, tally)
    return tally


def tell(line):
    """Write a line of the table, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    """Damage, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--damages", type=int, default=20, help="of files of each kind")
    parser.add_argument("--groups", default=",".join(GROUPS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="files damaged at most")
    parser.add_argument("--repair-every", type=int, default=1, help="rounds from one to the next")
    given = parser.parse_args()
    started = time.monotonic()

    def say(group, tally):
        sys.stderr.write(f"{group}, {time.monotonic() - started:.0f} s\n")

    tally = damage_groups(
        given.groups.split(","),
        given.damages,
        given.seed,
        say,
        at_once=given.at_once,
        repair_every=given.repair_every,
    )
    tell("| file kind | damaged | found | to repair | repaired |")
    tell("| --- | ---: | ---: | ---: | ---: |")
    for row in tally.rows():
        tell("| {} | {:,} | {:,} | {:,} | {:,} |".format(*row))
    for failure in tally.failures[:MOST_FAILURES]:
        tell(f"FAILURE {failure}")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
