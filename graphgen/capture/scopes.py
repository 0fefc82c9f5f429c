"""Which module is running: its path, from hooks on all modules that are removed after."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from torch import Tensor, nn
from torch.nn.modules import module as all_modules

from graphgen.capture.frames import Frames, variables_of
from graphgen.text.formulas import numbered

__all__ = ["OUTSIDE", "Root", "Scope", "Scopes", "path_of"]


class Scope(NamedTuple):
    """A module: the number of the root that holds it, and its path from there."""

    root: int
    path: str


OUTSIDE = Scope(-1, "")
"""No module at all."""


@dataclass(slots=True)
class Root:
    """A module that is held by no other, as far as was seen.

    Attributes:
        name: the variable that holds it, or its class's name.
        members: (path, parameter or buffer) of it, and of modules that ran within it.
        is_used: whether it ran, or was named as the model.
        is_layer: whether it is a single layer of torch's own, whose operations go by its name.
    """

    name: str
    members: list[tuple[str, Tensor]] = field(default_factory=list)
    is_used: bool = True
    is_layer: bool = False


class Scopes:
    """The path of the module whose forward is running, and the names of parameters.

    Args:
        frames: reads what modules are called in the user's code.
        model: whose names count first; modules outside it are named as they come.

    Attributes:
        current: where the forward is; OUTSIDE of every module.
        roots: every model that was seen.
        leaving: is called with what a module gives.
    """

    def __init__(self, frames: Frames | None = None, model: nn.Module | None = None) -> None:
        self.current = OUTSIDE
        self.roots: list[Root] = []
        self.leaving: Callable[[Any], None] | None = None
        self._frames = frames or Frames()
        self._paths: dict[int, tuple[nn.Module, Scope]] = {}
        self._members: dict[int, Tensor] = {}
        self._names: Counter[str] = Counter()
        self._stack: list[Scope] = []
        self._hooks: list[Any] = []
        if model is not None:
            self._learn(model)

    def start(self) -> None:
        """Put the hooks on."""
        before = all_modules.register_module_forward_pre_hook(self._enter)
        after = all_modules.register_module_forward_hook(self._leave, always_call=True)
        self._hooks = [before, after]

    def stop(self) -> None:
        """Take the hooks off again."""
        for hook in self._hooks:
            hook.remove()
        self._hooks, self._stack, self.current = [], [], OUTSIDE
        self.leaving = None  # who is called holds this one: both would wait for a collection

    def holds(self, tensor: Tensor) -> bool:
        """Whether a tensor is a parameter or buffer of a model that was seen."""
        return self._members.get(id(tensor)) is tensor

    def _enter(self, module: nn.Module, inputs: Any) -> None:
        if id(module) not in self._paths:
            self._learn(module)
        self._stack.append(self.current)
        self.current = self._paths[id(module)][1]

    def _leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if self._stack:
            self.current = self._stack.pop()
        if self.leaving is not None:
            self.leaving(output)

    def _learn(self, module: nn.Module) -> None:
        """Remember a model: as a root, or as what the running one holds in a way of its own."""
        caller = self._frames.innermost().frame
        if self.current is OUTSIDE and caller is not None:
            module = _holder(module, variables_of(caller))
        name = self._frames.name_of(module, caller) or type(module).__name__
        if self.current is OUTSIDE:
            self.roots.append(Root(self._numbered(name), is_layer=_is_layer(module)))
            scope = Scope(len(self.roots) - 1, "")
        else:
            name = self._numbered(path_of(self.current.path, name))
            scope = Scope(self.current.root, name)
        for path, inner in module.named_modules():
            full = Scope(scope.root, path_of(scope.path, path))
            self._paths.setdefault(id(inner), (inner, full))
        members = [*module.named_parameters(), *module.named_buffers()]
        self.roots[scope.root].members += [(path_of(scope.path, n), t) for n, t in members]
        self._members.update((id(tensor), tensor) for _, tensor in members)

    def _numbered(self, name: str) -> str:
        """A name that no other model has: the second "net" is "net₂"."""
        self._names[name] += 1
        return numbered(name, self._names[name])


def _is_layer(module: nn.Module) -> bool:
    """Whether a module is one of torch's own with parameters and no module inside."""
    is_single = next(module.children(), None) is None and any(True for _ in module.parameters())
    return is_single and type(module).__module__.startswith(f"{nn.__name__}.")


def _holder(module: nn.Module, variables: Mapping[str, Any]) -> nn.Module:
    """The model among a caller's variables that a module is a part of; else the module itself."""
    models = (value for value in variables.values() if isinstance(value, nn.Module))
    others = (model for model in models if model is not module)
    return next((m for m in others if any(part is module for part in m.modules())), module)


def path_of(*parts: str) -> str:
    """Parts of a module's path as one.

    >>> path_of("layers", "", "0")
    'layers.0'
    """
    return ".".join(filter(None, parts))
