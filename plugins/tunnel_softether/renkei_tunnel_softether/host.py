# SPDX-License-Identifier: Apache-2.0
"""The server's configuration before its first start: it never runs without its password, nor calls anybody.

1. A server without a configuration takes the empty password, from everywhere, and tells the world that it is there.
2. What it says of itself is its certificate; the kits of all PCs know it by that, so it is made once.
3. Who may administer is this host alone; the API answers at the public port as well.
4. Whoever knocks at the public port is written into its logs: it removes the oldest of them before there is too
   little room for its configuration.
"""

import datetime as dt
import shutil
from base64 import b64encode
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from appliance.contracts.tunnel import EngineAway
from renkei_tunnel_softether.settings import Settings
from renkei_tunnel_softether.sha0 import sha0

# Kits hold the certificate; it has to outlast them all.
VALID_DAYS = 3650
BITS = 2048
# Several times what ten thousand users take.
LEAST_FREE = 128 * 1024 * 1024
CONFIG = """\
declare root
{{
	declare DDnsClient
	{{
		bool Disabled true
	}}
	declare ListenerList
	{{
		declare Listener0
		{{
			bool DisableDos false
			bool Enabled true
			uint Port {port}
		}}
	}}
	declare ServerConfiguration
	{{
		uint64 AutoDeleteCheckDiskFreeSpaceMin {free}
		bool DisableGetHostNameWhenAcceptTcp true
		bool DisableIPv6Listener true
		bool DisableNatTraversal true
		bool EnableVpnAzure false
		bool EnableVpnOverDns false
		bool EnableVpnOverIcmp false
		byte HashedPassword {password}
		string KeepConnectHost $
		string ListenIP {listen}
		string PortsUDP $
		byte ServerCert {certificate}
		byte ServerKey {key}
		bool Tls_Disable1_0 true
		bool Tls_Disable1_1 true
		bool UseKeepConnect false
		declare Proto
		{{
			declare OpenVPN
			{{
				bool Enabled false
			}}
			declare SSTP
			{{
				bool Enabled false
			}}
		}}
	}}
	declare VirtualHUB
	{{
	}}
}}
"""


@dataclass(frozen=True)
class ServerKey:
    """The server's own."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def new_key(now: dt.datetime, name: str = "Renkei Gateway VPN") -> ServerKey:
    """A key, and a certificate that says no more than name: clients know it by heart, not by its name."""
    key = rsa.generate_private_key(65537, BITS)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=VALID_DAYS))
    return ServerKey(made.sign(key, hashes.SHA256()), key)


def need_room(folder: str) -> None:
    """Raises EngineAway where the server's disk is so full that it would lose its configuration by writing it."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:  # not here, or not ours to see: then nobody can tell
        return
    if free < LEAST_FREE:
        raise EngineAway(f"the disk of {folder} is full: SoftEther would write its configuration over with nothing")


def pem_of(server: ServerKey) -> bytes:
    """Both, as they are kept."""
    key = server.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return server.certificate.public_bytes(Encoding.PEM) + key


def key_of(pem: bytes) -> ServerKey:
    """What pem_of() wrote. Raises ValueError."""
    key = load_pem_private_key(pem, None)
    certificate = x509.load_pem_x509_certificate(pem)
    if not isinstance(key, rsa.RSAPrivateKey) or certificate.public_key() != key.public_key():
        raise ValueError("the key is not the certificate's")
    return ServerKey(certificate, key)


def config_of(settings: Settings, password: str, server: ServerKey) -> str:
    """vpn_server.config: the server fills in what is not said."""
    key = server.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return CONFIG.format(
        free=2 * LEAST_FREE,
        port=settings.port,
        listen=settings.listen,
        password=_text(sha0(password.encode())),
        certificate=_text(server.certificate.public_bytes(Encoding.DER)),
        key=_text(key),
    )


def admins_of(settings: Settings) -> str:
    """adminip.txt: who speaks with the API. It is read on every request."""
    return f"127.0.0.1\n{settings.listen}\n"


def _text(value: bytes) -> str:
    return b64encode(value).decode()
