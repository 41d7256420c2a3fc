"""``gumsim app``: start the page's server and open the browser when it answers."""

import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from argparse import Namespace
from http.client import HTTPConnection
from types import FrameType

from simulator.errors import InputError
from simulator.library import app_file, find_model
from simulator.runner import load_model
from simulator.ui.options import STREAMLIT_OPTIONS

DEFAULT_PORT, PORTS_TRIED = 8501, 30
START_SECONDS = 60.0


def execute(options: Namespace) -> int:
    """Serve until the user stops it. Raises `InputError` if the model cannot be read or the port is taken."""
    arguments = []
    if options.model:
        load_model(options.model)
        arguments = ["--", "--model", str(find_model(options.model).resolve())]
    port = _port(options.host, options.port)
    server = subprocess.Popen([*_server(options.host, port), *arguments])

    def forward(number: int, frame: FrameType | None) -> None:
        server.send_signal(number)

    signal.signal(signal.SIGTERM, forward)
    try:
        if _answers(server, options.host, port):
            address = f"http://{_for_browser(options.host)}:{port}"
            print(f"The policy page is at {address} (Ctrl-C stops it)", flush=True)
            if not options.no_browser and _has_screen():
                webbrowser.open(address)
        return _exit_code(server.wait())
    except KeyboardInterrupt:
        _stop(server)
        return 0
    finally:
        if server.poll() is None:
            server.kill()


def _server(host: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "streamlit", "run", str(app_file()), *STREAMLIT_OPTIONS, "--server.headless=true",
        f"--server.port={port}", f"--server.address={host}",
    ]


def _port(host: str, chosen: int | None) -> int:
    """Return a free port: the chosen one, else the first free one from `DEFAULT_PORT` on."""
    for port in [chosen] if chosen else range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        except (OSError, UnicodeError):
            raise InputError(f"--host {host}: is no address of this machine") from None
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                if chosen:
                    reason = f"cannot be used on {host} ({error.strerror})"
                    raise InputError(f"--port {port}: {reason}; choose another") from None
                continue
            return port
    raise InputError(f"no free port from {DEFAULT_PORT} to {DEFAULT_PORT + PORTS_TRIED - 1}; choose one with --port")


def _answers(server: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Wait until the server is healthy; False if it ends or does not answer in `START_SECONDS`."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        connection = HTTPConnection(_for_browser(host), port, timeout=2)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    return False


def _for_browser(host: str) -> str:
    return "localhost" if host in ("0.0.0.0", "::", "") else host


def _has_screen() -> bool:
    """Return False on a Linux machine without a display, where a text browser would take over the terminal."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        server.kill()


def _exit_code(code: int) -> int:
    """Return 0 for a server stopped by a signal on purpose."""
    return 0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else 1
