"""How things look: marks, palettes and the documents they compile to."""
