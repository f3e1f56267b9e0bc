"""`[[rule]]`: what holds for some layers when others show certain variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from imggen.config.base import Model, Names, Shown, Tables, WeightTables
from imggen.config.chances import check_probabilities, check_weights
from imggen.config.instances import INSTANCES_BY_LAYER, Instances, check_instances
from imggen.config.names import check_layer, check_layers
from imggen.config.sentences import show
from imggen.errors import ConfigError

EFFECTS = ("forbid", "require", "probabilities", "weights", "instances", "all_different")
SHOWN = 'layers and what they show, like { character = "mage", object = ["axe", "bomb"] }'
LAYERS = (
    'names of two layers or more, like ["hat", "coat"], or of layers with instances, like ["bird"]'
)
BY_LAYER = "numbers of 0 or more by layer and variant, like { object = { axe = 3, none = 7 } }"
SHARES_BY_LAYER = (
    "numbers from 0 to 1 by layer and variant, like { object = { axe = 0.3, none = 0.7 } }"
)


class Rule(Model):
    """One effect on some layers, `when` others show certain variants.

    Layers are names; variants are names or patterns such as "red*". `probabilities` and `weights`
    give the whole distribution of a layer: variants that they leave out are not drawn. `instances`
    says how many sprites of a layer are shown. No two of the layers in `all_different`, and no two
    instances of them, show variants of one name, except "none"; it needs no `when`.
    """

    when: Shown | None = Field(None, description=SHOWN)
    forbid: Shown | None = Field(None, description=SHOWN)
    require: Shown | None = Field(None, description=SHOWN)
    probabilities: Tables | None = Field(None, description=SHARES_BY_LAYER)
    weights: WeightTables | None = Field(None, description=BY_LAYER)
    instances: dict[str, Instances] | None = Field(None, description=INSTANCES_BY_LAYER)
    all_different: Names | None = Field(None, description=LAYERS)

    @property
    def chances(self) -> Tables | WeightTables:
        """The conditional probabilities or weights, by layer, if it gives any."""
        return self.probabilities or self.weights or {}


def check_rule(called: str, rule: Rule, layers: Sequence[str]) -> None:
    """Refuse a rule without effect, with several, or about no layer."""
    if rule.when is None and rule.all_different is None:
        raise ConfigError(f"{called}.when is missing; expected {SHOWN}.")
    given = [key for key in EFFECTS if getattr(rule, key) is not None]
    if len(given) != 1:
        has = f"has {' and '.join(given)}" if given else "has no effect"
        raise ConfigError(f"{called} {has}; expected one of {', '.join(EFFECTS)}.")
    effect = getattr(rule, given[0])
    if rule.when is not None:
        check_layers(f"{called}.when", rule.when, layers)
    if rule.all_different is not None:
        check_all_different(f"{called}.all_different", rule.all_different, layers)
    elif rule.instances is not None:
        check_numbers(f"{called}.instances", rule.instances, layers)
    else:
        check_layers(f"{called}.{given[0]}", effect, layers)
    both = [layer for layer in rule.when or {} if layer in effect]
    if both:
        message = f"{called} has {both[0]} in when and in {given[0]}; expected different layers."
        raise ConfigError(message)
    for key, check in (("probabilities", check_probabilities), ("weights", check_weights)):
        for layer, numbers in (getattr(rule, key) or {}).items():
            check(f"{called}.{key}.{layer}", numbers.values())


def check_numbers(called: str, numbers: Mapping[str, Instances], layers: Sequence[str]) -> None:
    """Refuse numbers of instances, by layer, of unknown layers or that are no distribution."""
    if not numbers:
        raise ConfigError(f"{called} is empty; expected {INSTANCES_BY_LAYER}.")
    for layer, instances in numbers.items():
        check_layer(called, layer, layers)
        check_instances(f"{called}.{layer}", instances)


def check_all_different(called: str, names: Sequence[str], layers: Sequence[str]) -> None:
    """Refuse no layers, one that is named twice, and unknown layers.

    A single one needs instances: see `instanced`.
    """
    if not names:
        raise ConfigError(f"{called} is {show(list(names))}; expected {LAYERS}.")
    for name in names:
        check_layer(called, name, layers)
        if names.count(name) > 1:
            raise ConfigError(f'{called} names "{name}" twice; expected it once.')
