"""A document camera that is a folder: `simulated:FOLDER` with `page-*.png` or `page-*.jpg`.

`current.txt` names the page that lies on the desk (an empty file: none); without
it the first one lies there. `camera.json` holds `{"fault": NAME}`; the faults are
stall, unplug, black, frozen, torn and resized.
"""

from devices.camera.api import FrameSource
from devices.camera.source import ChildSource
from devices.config import DeviceConfig


def open_source(config: DeviceConfig) -> FrameSource:
    """A source for a folder of flat page pictures, photographed on a desk that is not there."""
    return ChildSource(config, live=True)
