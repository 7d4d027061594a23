"""One resident at the terminal: steps, identity, answers, materials, papers, clearing."""
