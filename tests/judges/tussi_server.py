"""Upload server of the package tussi, its files below the folder of the first argument."""

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send
from tussi import TUSApp
from tussi.storage import FilesystemStorage

folder = Path(sys.argv[1])
(folder / "partial").mkdir(exist_ok=True)
mounted = FastAPI()
mounted.mount("/v1/uploads", TUSApp(FilesystemStorage(folder / "partial"), folder / "complete"))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Take the address of the uploads without its slash, too: a mount would only redirect."""
    bare = scope["type"] == "http" and scope["path"] == "/v1/uploads"
    await mounted({**scope, "path": "/v1/uploads/"} if bare else scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=0)
