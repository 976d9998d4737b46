# SPDX-License-Identifier: Apache-2.0
"""How a first password is shown, this once."""

import json


def show_first(login: str, password: str, *, as_json: bool, **more: str) -> None:
    """Print it with the login; more goes into the JSON form alone."""
    if as_json:
        print(json.dumps({**more, "login": login, "password": password}))
    else:
        print(f"login           {login}\nfirst password  {password}   (shown this once)")
