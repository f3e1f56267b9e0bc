"""The label formats, one module for each, loaded when it is used; `registry` finds them."""
