"""Upload server of the package tuspyserver, its files in the folder of the first argument."""

import sys

import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send
from tuspyserver import create_tus_router

NAME = b",filename cGFnZQ=="

routed = FastAPI()
routed.include_router(create_tus_router(prefix="/v1/uploads", files_dir=sys.argv[1]))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Give each page a file name: this server refuses to tell the offset of one without."""
    if scope["type"] == "http":
        headers = [
            (name, value + NAME if name == b"upload-metadata" else value)
            for name, value in scope["headers"]
        ]
        scope = {**scope, "headers": headers}
    await routed(scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=0)
