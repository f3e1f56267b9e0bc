"""All the objects of the sample art by name."""

from sample_art.gear import anchor, axe, barrel, bomb, chest, key
from sample_art.treats import bananas, cupcake, donut, heart

OBJECTS = {
    "barrel": barrel,
    "anchor": anchor,
    "axe": axe,
    "bomb": bomb,
    "key": key,
    "chest": chest,
    "bananas": bananas,
    "cupcake": cupcake,
    "donut": donut,
    "heart": heart,
}
