"""A USB document camera: `camera:/dev/v4l/by-id/...?width=&height=&fourcc=MJPG`."""

from devices.camera.api import FrameSource
from devices.camera.source import ChildSource
from devices.config import DeviceConfig


def open_source(config: DeviceConfig) -> FrameSource:
    """A source for a video device; name it by its by-id path, numbers change on re-plug."""
    return ChildSource(config, live=True)
