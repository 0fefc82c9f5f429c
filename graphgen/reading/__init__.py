"""How torch's autograd is read: the structure, the gradients, and the values as they pass."""
