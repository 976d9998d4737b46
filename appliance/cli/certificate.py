# SPDX-License-Identifier: Apache-2.0
"""`renkei certificate`: what the sites show, until when; new ones by our own means, or the fund's."""

import argparse
import datetime as dt
import json
from pathlib import Path

from cryptography import x509

from appliance.cli.certificates import Authority
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.places import config_path
from appliance.cli.secret_files import SecretFiles
from appliance.cli.site_certificates import (
    TRUSTED,
    authority_of,
    brought,
    is_ours,
    is_own,
    issued,
    names_of,
    new_authority,
    put,
    write_trusted,
)
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.model.words import WEB_SITES, Site


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei certificate show`, `renew` and `put`."""
    words = parser.add_subparsers(dest="word", required=True)
    words.add_parser("show", help="what each site shows").add_argument("--json", action="store_true")
    renew = words.add_parser("renew", help="make those anew that are of our own")
    renew.add_argument("sites", nargs="*", type=Site, help="of these sites; else all that are of our own")
    renew.add_argument(
        "--new-authority",
        action="store_true",
        help="another authority for the portal, after it got another name or address: offices need new kits",
    )
    bring = words.add_parser("put", help="one of the fund's own, of an authority that browsers trust")
    bring.add_argument("site", type=Site, choices=list(WEB_SITES))
    bring.add_argument("--certificate", type=Path, required=True, help="PEM file of certificate and chain")
    bring.add_argument("--key", type=Path, required=True, help="PEM file of its key, without a password")


def run(given: argparse.Namespace) -> int:
    """Do what the word says."""
    settings = load(config_path(given.config))
    return {"show": show, "renew": renew, "put": bring}[given.word](given, settings)


def show(given: argparse.Namespace, settings: Settings) -> int:
    """One line a site."""
    rows = [_row(settings, site) for site in settings.sites.here]
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
    for row in [] if given.json else rows:
        print(f"{row['site']:8} until {row['until']}  by {row['by']}  for {', '.join(row['names'])}")
    return 0


def _row(settings: Settings, site: Site) -> dict[str, str | list[str]]:
    file = Path(settings.sites.of(site).certificate)
    try:
        found = x509.load_pem_x509_certificate(file.read_bytes())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound) as error:
        raise Failure(f"{file}: this is no certificate of a site: {error}") from error
    return {
        "site": site.value,
        "file": str(file),
        "until": f"{found.not_valid_after_utc:%Y-%m-%d}",
        "by": "itself" if is_own(file) else found.issuer.rfc4514_string(),
        "names": [str(name.value) for name in names],
        "serial": f"{found.serial_number:x}",
    }


def renew(given: argparse.Namespace, settings: Settings) -> int:
    """Those of our own: the portal's by its authority, which stays unless another is asked for; others alone."""
    secrets = SecretFiles.of(settings)
    kept = [site for site in settings.sites.here if _is_kept_here(settings, site)]
    wanted = given.sites or [site for site in kept if _is_ours(settings, site)]
    if not wanted:
        raise Failure("no certificate here is of our own; `renkei certificate show` says whose each is")
    for site in wanted:
        if not _is_ours(settings, site):
            raise Failure(f"the certificate of the {site} site is not of our own: renkei certificate put {site} …")
    authority = _vouching(settings, secrets, wanted, is_new=given.new_authority)
    for site in wanted:
        put(_file(settings, site).parent, secrets, site, issued(settings, site, authority))
    _finished(settings, wanted)
    if given.new_authority:
        print(
            "      systemctl restart renkei-vault; offices install their kits anew, which bring the new authority"
        )
    return 0


def _vouching(settings: Settings, secrets: SecretFiles, wanted: list[Site], *, is_new: bool) -> Authority:
    """The portal's authority, as it is kept or another. Raises Failure where it may not vouch for the portal."""
    folder = _file(settings, Site.PORTAL).parent
    if is_new:
        if Site.PORTAL not in wanted:
            raise NotUnderstood(
                "--new-authority is for the portal: renkei certificate renew portal --new-authority"
            )
        return new_authority(settings, folder, secrets)
    authority = authority_of(settings, folder, secrets)
    if Site.PORTAL in wanted and (outside := authority.outside(names_of(settings, Site.PORTAL))):
        raise Failure(
            f"nothing was made: the authority that the PCs of offices trust cannot vouch for {', '.join(outside)}, "
            "which the portal did not have before; with --new-authority there is another one, and the offices "
            "install their kits anew"
        )
    return authority


def bring(given: argparse.Namespace, settings: Settings) -> int:
    """One of the fund's own, looked at before it takes the place of the other."""
    made = brought(given.certificate, given.key)
    assert made is not None, "both files are required"
    put(_file(settings, given.site).parent, SecretFiles.of(settings), given.site, made)
    _finished(settings, [given.site])
    return 0


def _file(settings: Settings, site: Site) -> Path:
    """Where a site's certificate is, if it is where `renkei init` puts it. Raises Failure."""
    file = Path(settings.sites.of(site).certificate)
    if not _is_kept_here(settings, site):
        raise Failure(f"sites.{site}.certificate names {file}, which is kept by somebody else")
    return file


def _is_kept_here(settings: Settings, site: Site) -> bool:
    return Path(settings.sites.of(site).certificate).name == f"{site}.pem"


def _is_ours(settings: Settings, site: Site) -> bool:
    """Whether it vouches for itself, or the portal's authority does."""
    return is_ours(_file(settings, site))


def _finished(settings: Settings, sites: list[Site]) -> None:
    folder = _file(settings, sites[0]).parent
    write_trusted(folder)
    ends = dt.date.fromisoformat(str(_row(settings, sites[0])["until"]))
    print(f"new certificates: {', '.join(sites)}, until {ends}")
    print(f"next: systemctl restart {' '.join(f'renkei-web@{site}' for site in sites)}")
    if any(is_own(folder / f"{site}.pem") for site in sites):
        print(f"      trust the new {folder / TRUSTED} on the PCs of the fund's staff")
