"""Programs that torch runs many times over: along a curve, or in training; plain data comes out."""
