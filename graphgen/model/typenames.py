"""What a value is, read off the names of its class, so that nothing is imported to say so."""

__all__ = ["is_instance_of", "is_module", "is_tensor", "type_name"]


def is_instance_of(value: object, dotted: str) -> bool:
    """Whether a value's class, or one that it is made from, has this full name.

    >>> is_instance_of(ValueError(), "builtins.Exception")
    True
    """
    module, _, name = dotted.rpartition(".")
    return any(kind.__module__ == module and kind.__name__ == name for kind in type(value).__mro__)


def is_tensor(value: object) -> bool:
    """Whether a value is a torch tensor, of a class of the user's too; torch is not imported."""
    return is_instance_of(value, "torch.Tensor")


def is_module(value: object) -> bool:
    """Whether a value is a module of torch's, as nn.Linear(2, 1) is; torch is not imported."""
    return is_instance_of(value, "torch.nn.modules.module.Module")


def type_name(value: object) -> str:
    """What the type of a value is called, as messages say it."""
    return "None" if value is None else type(value).__name__
