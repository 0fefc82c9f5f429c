"""What groups of an SVG say for the elements in them."""

import xml.etree.ElementTree as ET

from graphgen.outputs.svg.forms import CLASS_PREFIX

__all__ = ["handed_down"]

_INHERITED = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "font-size",
    "font-weight",
    "text-anchor",
)


def handed_down(root: ET.Element) -> ET.Element:
    """The same tree, in which each element says itself what it takes from its groups: its look,
    and what it is."""
    for group in root.iter():
        if not group.tag.endswith("}g"):
            continue
        plain = [n for n in (group.get("class") or "").split() if n.startswith(CLASS_PREFIX)]
        names = [n for n in (group.get("class") or "").split() if n not in plain]
        group.set("class", " ".join(names))
        for element in group:
            own = (element.get("class") or "").split()
            if plain and not any(name.startswith(CLASS_PREFIX) for name in own):
                element.set("class", " ".join([*plain, *own]))
            for name in _INHERITED:
                if name in group.attrib and name not in element.attrib:
                    element.set(name, group.attrib[name])
    return root
