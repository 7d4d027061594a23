# What the tests' disk uses of mfusepy, which brings no types.

class FuseOSError(OSError):
    def __init__(self, errno: int) -> None: ...

class Operations:
    use_ns: bool

class FUSE:
    def __init__(
        self,
        operations: Operations,
        mountpoint: str,
        raw_fi: bool = ...,
        encoding: str = ...,
        errors: str = ...,
        *,
        foreground: bool = ...,
        nothreads: bool = ...,
        direct_io: bool = ...,
    ) -> None: ...
