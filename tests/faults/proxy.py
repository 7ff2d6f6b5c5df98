"""nginx with the shipped configuration, in front of a server of a test."""

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devtools import system
from devtools.environment import ROOT
from devtools.postgres import free_port
from devtools.processes import ServerFailed, serve, stop, wait_until
from tests.faults.attackers import Connect

SHIPPED = ROOT / "deploy" / "nginx.conf"
NAME = "catalog.example.com"
AROUND = """
{user}daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/catalog.conf;
}}
"""


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[tuple[int, int]]:
    """It in front of this port: its ports for TLS and for plain http."""
    program = system.require_nginx()
    folder.mkdir()
    tls, plain = free_port(), free_port()
    certify(folder)
    (folder / "catalog.conf").write_text(adapted(folder, upstream=upstream, tls=tls, plain=plain))
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    process = serve(command, log=folder / "said.log", cwd=ROOT)
    try:
        wait_until(lambda: listens(tls), process, what="nginx", log=folder / "said.log", seconds=120)
        yield tls, plain
    except ServerFailed as error:
        pytest.fail(str(error))
    finally:
        stop(process)


def adapted(folder: Path, **ports: int) -> str:
    """The shipped text with the ports, files and certificate of a test."""
    text = SHIPPED.read_text()
    changes = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{ports['upstream']};",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl;\n": "",
        "listen 80;": f"listen 127.0.0.1:{ports['plain']};",
        "listen 443 ssl;": f"listen 127.0.0.1:{ports['tls']} ssl;",
        "/var/log/nginx": str(folder),
        "/etc/ssl/catalog": str(folder),
    }
    for old, new in changes.items():
        assert old in text, f"deploy/nginx.conf has no {old!r}"
        text = text.replace(old, new)
    return text


def certify(folder: Path) -> None:
    """Write a key and a certificate that it signed itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    signed = made.sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def encrypted(port: int, source: str = "127.0.0.1") -> Connect:
    """Connects by TLS, from this address, and looks at no certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def connect() -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", port), timeout=120, source_address=(source, 0))
        return context.wrap_socket(plain, server_hostname=NAME)

    return connect
