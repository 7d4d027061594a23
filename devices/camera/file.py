"""Pictures from a file in place of a camera: one image, an .avi, or a sequence `f_%03d.jpg`."""

from devices.camera.api import FrameSource
from devices.camera.source import ChildSource
from devices.config import DeviceConfig


def open_source(config: DeviceConfig) -> FrameSource:
    """A source for `file:PATH`; a still picture is given again and again, a film starts anew."""
    return ChildSource(config, live=False)
