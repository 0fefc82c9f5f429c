"""The names that modules had before they stood in layers, kept for one release.

An import of an old name gives the module itself, under its new name, and warns; so nothing is
loaded twice.
"""

import warnings
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

__all__ = ["OldNames"]

_NEW = {
    "arguments": "model.arguments",
    "arithmetic": "model.arithmetic",
    "codec": "model.codec",
    "collecting": "model.collecting",
    "columns": "model.columns",
    "course.scratch": "course.engines",
    "course.scratch.running": "course.engines.interpreter",
    "cuts": "capture.cuts",
    "decks": "lecture.decks",
    "differences": "language.differences",
    "digits": "text.digits",
    "doors": "capture.doors",
    "dot": "layout.dot",
    "draw.graphs": "draw.graphview",
    "draw.graphstills": "draw.graphview",
    "draw.graphtravelers": "draw.graphview",
    "engine": "capture.foreign",
    "engines": "capture.engines",
    "errors": "model.errors",
    "evaluate": "language.evaluate",
    "explanation": "narration.explanation",
    "expression": "language.expression",
    "files": "model.files",
    "folds": "folding",
    "formats": "outputs.formats",
    "formulas": "text.formulas",
    "geometry": "model.geometry",
    "graph": "model.graph",
    "hints": "model.hints",
    "languages": "model.languages",
    "lectures": "lecture",
    "leftovers": "model.leftovers",
    "lessons": "course",
    "lessons.catalogue": "course.registry",
    "lessons.comparing": "course.scenes.descent",
    "lessons.descending": "course.scenes.descent",
    "lessons.engines_board": "course.scenes.engines.draw",
    "lessons.fit_view": "course.scenes.training.draw",
    "lessons.graphsteps": "course.graph_steps",
    "lessons.lesson": "course.scene",
    "lessons.lifting": "course.scenes.stops",
    "lessons.linking": "course.scenes.chain_rule",
    "lessons.loop_curves": "course.scenes.training.draw",
    "lessons.loops": "course.scenes.zero_grad",
    "lessons.losses": "course.requests",
    "lessons.network_blocks": "course.scenes.network.draw",
    "lessons.network_board": "course.scenes.network.draw",
    "lessons.network_words": "course.scenes.network.draw",
    "lessons.outcomes": "course.scenes.surface.draw",
    "lessons.sheet_view": "course.scenes.network.draw",
    "lessons.sloping": "course.scenes.slopes",
    "lessons.spreading": "course.scenes.broadcast",
    "lessons.stopping": "course.scenes.stops",
    "lessons.surfacing": "course.scenes.surface.draw",
    "lessons.touching": "course.scenes.tangent",
    "lessons.training_board": "course.scenes.training.draw",
    "lessons.training_words": "course.scenes.training.draw",
    "lessons.walk_legend": "course.scenes.surface.draw",
    "lessons.walks": "course.trajectories",
    "lessons.webs": "course.scenes.engines.record",
    "libraries": "model.libraries",
    "messages": "model.messages",
    "mixing": "text.mixing",
    "notebook": "front.notebook",
    "outputs.boards.animating": "outputs.svg.animated",
    "outputs.boards.document": "outputs.svg.document",
    "outputs.boards.lives": "outputs.svg.spans",
    "outputs.boards.marks": "outputs.svg.forms",
    "outputs.boards.stepping": "outputs.svg.steps",
    "pango": "text.pango",
    "picture": "model.picture",
    "picture_checks": "draw.picture_checks",
    "pipeline": "layout.pipeline",
    "placing": "layout",
    "private_folders": "model.private_folders",
    "programs": "model.programs",
    "provenance": "model.provenance",
    "reading": "capture",
    "recorder": "capture.recorder",
    "refusals": "capture.refusals",
    "reprs": "model.reprs",
    "runs": "course",
    "runs.broadcasts": "course.scenes.broadcast",
    "runs.chains": "course.scenes.chain_rule",
    "runs.descents": "course.trajectories",
    "runs.examples": "course.scenes.training.examples",
    "runs.fitting": "course.scenes.training.fit",
    "runs.landscapes": "course.scenes.surface.record",
    "runs.networks": "course.scenes.network.step",
    "runs.passes": "course.scenes.zero_grad",
    "runs.results": "course.curves",
    "runs.stacks": "course.scenes.slopes",
    "runs.stationary": "course.scenes.tangent",
    "runs.training": "course.scenes.training.loop",
    "scratch": "course.engines",
    "serving": "front.serving",
    "slope_words": "ops.slope_words",
    "slots": "text.slots",
    "store": "model.store",
    "story": "model.story",
    "story_file": "draw.story_file",
    "storyboard": "draw",
    "suggestions": "model.suggestions",
    "summing": "model.summing",
    "telling": "narration.telling",
    "theme": "model.theme",
    "tints": "text.tints",
    "typenames": "model.typenames",
    "user_code": "capture.user_code",
    "widgets": "front.widgets",
    "words": "narration.words",
}
"""For each module and folder of graphgen that moved, where it is now."""

_SCENES = (
    "accumulate", "backprop", "broadcast", "chain_rule", "descent", "engines", "merge", "network",
    "slopes", "stops", "surface", "tangent", "training", "zero_grad",
)  # fmt: skip
_NEW |= {f"lessons.{scene}": f"course.scenes.{scene}" for scene in _SCENES}


class OldNames:
    """Finds modules of graphgen by the names that they had."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The spec of a module that moved; None of any other.

        Args:
            name: of the module that is imported.
            path: of the package that it is in; unused.
            target: unused.

        Returns:
            A spec that this finder loads; None where the name isn't an old one.
        """
        return None if _new_name(name) is None else ModuleSpec(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module under its new name."""
        new = _new_name(spec.name) or spec.name
        warnings.warn(f"{spec.name} is now {new}", DeprecationWarning, stacklevel=2)
        module = import_module(new)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run again; the module keeps the spec of its new name."""
        if module.__spec__ is not None and module.__spec__.loader_state is not None:
            module.__spec__ = module.__spec__.loader_state


def _new_name(name: str) -> str | None:
    package, _, rest = name.partition(".")
    if package != "graphgen":
        return None
    parts = rest.split(".")
    for count in range(len(parts), 0, -1):
        new = _NEW.get(".".join(parts[:count]))
        if new is not None:
            return ".".join([package, new, *parts[count:]])
    return None
