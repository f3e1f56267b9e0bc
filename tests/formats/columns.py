"""Columns of traits of layers without instances."""

from imggen.planning.columns import LayerColumns


def layer_column(layer, names, place=0):
    """The column at `place` of a layer with variants `names`."""
    return LayerColumns(layer, names, names, slice(place, place + 1), None)
