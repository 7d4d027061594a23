"""Names for arrays, so that signatures tell what they hold."""

from typing import Any

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""HxWx3 BGR, or HxW grey."""

Floats = npt.NDArray[np.floating[Any]]
"""Any floating array; the docstring of its user gives the shape."""

Quads = npt.NDArray[np.floating[Any]]
"""Nx4x2 corners, x then y, going round each quad once."""
