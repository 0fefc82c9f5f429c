"""Which module is running: its path, from hooks on all modules that are removed after."""

from typing import Any

from torch import Tensor, nn
from torch.nn.modules import module as all_modules

__all__ = ["Scopes"]


class Scopes:
    """The path of the module whose forward is running, and the names of parameters.

    Args:
        model: whose names count first; modules outside it are named as they come.

    Attributes:
        current: as in "layers.0.attention"; "" outside of every module.
        parameters: (name, parameter or buffer) of every model that was seen.
    """

    def __init__(self, model: nn.Module | None = None) -> None:
        self.current = ""
        self.parameters: list[tuple[str, Tensor]] = []
        self._paths: dict[int, tuple[nn.Module, str]] = {}
        self._stack: list[str] = []
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
        self._hooks, self._stack, self.current = [], [], ""

    def _enter(self, module: nn.Module, inputs: Any) -> None:
        if id(module) not in self._paths:
            self._learn(module)
        self._stack.append(self.current)
        self.current = self._paths[id(module)][1]

    def _leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if self._stack:
            self.current = self._stack.pop()

    def _learn(self, root: nn.Module) -> None:
        prefix = f"{self.current}.{type(root).__name__}" if self.current else ""
        for path, module in root.named_modules():
            full = ".".join(filter(None, (prefix, path)))
            self._paths.setdefault(id(module), (module, full))
        named = [*root.named_parameters(), *root.named_buffers()]
        self.parameters += [(".".join(filter(None, (prefix, n))), tensor) for n, tensor in named]
