"""Items, forms, materials and guides as versioned data packs."""
