"""Makes the faces that come with the package: python tools/faces.py FOLDER.

FOLDER holds Inter-Regular.otf, Inter-SemiBold.otf and JetBrainsMono-Regular.ttf, as Debian's
packages fonts-inter and fonts-jetbrains-mono have them. Their subsets go to graphgen/text/faces.
"""

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

_FACES = Path(__file__).parent.parent / "graphgen" / "text" / "faces"
_SUBSETS = {
    "Inter-Regular.otf": ("sans.otf", ("kern", "tnum", "ccmp", "mark", "mkmk", "locl")),
    "Inter-SemiBold.otf": ("sans-bold.otf", ("kern", "tnum", "ccmp", "mark", "mkmk", "locl")),
    "JetBrainsMono-Regular.ttf": ("mono.ttf", ("ccmp", "mark", "mkmk", "locl")),
}
_LETTERS = (
    "U+0020-007E,U+00A0-024F,U+0259,U+02B0-02FF,U+0300-036F,U+0370-03FF,U+0400-045F,"
    "U+0490-0491,U+1E00-1EFF,U+2000-20BF,U+2100-214F,U+2150-23FF,U+2500-257F,U+25A0-27BF,"
    "U+2A00-2AFF,U+FFFD"
)
"""Latin, Greek, Cyrillic, punctuation, raised and lowered digits, arrows, signs."""


def main(folder: Path) -> None:
    """Write the subsets, without hints, which outlines don't need."""
    for name, (target, features) in _SUBSETS.items():
        font = TTFont(folder / name)
        options = subset.Options()
        options.layout_features = list(features)
        options.hinting = options.glyph_names = False
        options.desubroutinize = options.notdef_outline = True
        options.name_IDs = [0, 1, 2, 5, 7, 13, 14]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(_LETTERS))
        subsetter.subset(font)
        font.save(_FACES / target, reorderTables=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
