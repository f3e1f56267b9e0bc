"""All the characters of the sample art by name."""

from sample_art.mage import mage
from sample_art.monster import monster
from sample_art.pirate import pirate
from sample_art.toadking import toadking
from sample_art.warrior import warrior

CHARACTERS = {
    "mage": mage,
    "warrior": warrior,
    "pirate": pirate,
    "monster": monster,
    "toadking": toadking,
}
