"""Objects of a from-scratch autograd engine, read by their shape: for graphgen.capture.engines."""
