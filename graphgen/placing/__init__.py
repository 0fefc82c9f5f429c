"""Where things stand: sizes of texts and cards, dot's answer, and layers of our own."""
