# SPDX-License-Identifier: Apache-2.0
"""The peers: nginx from Debian, copyparty from PyPI in an environment of its own, a bare aiohttp server."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PEERS = Path(__file__).parent / ".peers"
NGINX_PORT, COPYPARTY_PORT, HELLO_PORT = 9501, 9502, 9503
HERE = "127.0.0.1"

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr error; worker_processes auto;
load_module {modules}/ngx_http_dav_ext_module.so;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; client_max_body_size 200m; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; scgi_temp_path {folder}/s; uwsgi_temp_path {folder}/u;
  server {{
    listen {here}:{port} ssl; server_name localhost; root {folder}/files;
    ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;
    location / {{ dav_methods PUT DELETE; }}
  }}
}}
"""


class PeerMissing(Exception):
    """A peer cannot be had here; the text says what would help."""


@asynccontextmanager
async def process(*words: str, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server that listens on its port of loopback, ended when the block ends."""
    quiet = asyncio.subprocess.DEVNULL
    started = await asyncio.create_subprocess_exec(*words, stdout=quiet, stderr=quiet)
    try:
        await listening(port, started)
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


async def listening(port: int, started: asyncio.subprocess.Process) -> None:
    """Return when something listens on the port."""
    async with asyncio.timeout(30):
        while started.returncode is None:
            try:
                _, writer = await asyncio.open_connection(HERE, port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return
    raise PeerMissing("a peer ended before it listened")


@asynccontextmanager
async def nginx(folder: Path, certificate: Path, key: Path) -> AsyncIterator[str]:
    """nginx with WebDAV and static files over TLS; the address of its root."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    modules = Path("/usr/lib/nginx/modules")
    if program is None:
        raise PeerMissing("nginx is missing: run `make apt` as root")
    (folder / "files").mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "files").chmod(0o777)
    config = folder / "nginx.conf"
    values = {"folder": folder, "modules": modules, "here": HERE, "port": NGINX_PORT}
    config.write_text(NGINX.format(**values, certificate=certificate, key=key), "utf-8")
    async with process(program, "-c", str(config), "-p", str(folder), port=NGINX_PORT):
        yield f"https://{HERE}:{NGINX_PORT}"


@asynccontextmanager
async def copyparty(folder: Path, certificate: Path) -> AsyncIterator[str]:
    """copyparty with one volume that anyone may write; certificate is a PEM file with key and chain."""
    program = await fetched()
    (folder / "files").mkdir(parents=True)
    words = ("-q", "-i", HERE, "-p", str(COPYPARTY_PORT), "-v", f"{folder}/files::rw", "--cert", str(certificate))
    async with process(str(program), *words, "--hist", str(folder / "hist"), "--no-crt", port=COPYPARTY_PORT):
        yield f"https://{HERE}:{COPYPARTY_PORT}"


async def fetched() -> Path:
    """copyparty's program, installed on first use."""
    program = PEERS / "venv" / "bin" / "copyparty"
    if not program.exists():
        await run(sys.executable, "-m", "venv", str(PEERS / "venv"))
        pip = str(PEERS / "venv" / "bin" / "pip")
        await run(pip, "install", "--quiet", "--disable-pip-version-check", "copyparty")
    return program


async def run(*words: str) -> None:
    """Run a program to its end. Raises PeerMissing if it fails."""
    started = await asyncio.create_subprocess_exec(*words)
    if await started.wait() != 0:
        raise PeerMissing(f"{' '.join(words[:4])} failed")


@asynccontextmanager
async def hello(certificate: Path, key: Path) -> AsyncIterator[str]:
    """A bare aiohttp server on uvloop that says hello over TLS."""
    words = (sys.executable, "-m", "bench.hello", HERE, str(HELLO_PORT), str(certificate), str(key))
    async with process(*words, port=HELLO_PORT):
        yield f"https://{HERE}:{HELLO_PORT}"
