"""The guide to imports names every word a map can hold, and its example is a map."""

import json
import re
from dataclasses import fields
from pathlib import Path

from customers.importing.mapping import Map, Rule, map_from

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "imports.md").read_text()


def test_the_guide_names_every_word_of_a_map() -> None:
    named = set(re.findall(r"`([a-z_]+)`", GUIDE))
    assert {one.name for one in [*fields(Map), *fields(Rule)]} - {"fields"} <= named


def test_the_example_of_the_guide_is_a_map() -> None:
    example = re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert example
    assert map_from(json.loads(example[1])).source == "hubspot"
