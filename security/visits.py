"""Signing in as the demo accounts, over HTTP as a browser does; and what sqlmap is pointed at."""

import http.cookiejar
import re
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from security.tools import Target

PASSWORD = "demo"
#: Addresses that end the visit or change what the rest of the scan needs.
WITHOUT = ("/accounts/logout/", "/staff/shift/end/", "/i18n/setlang/", "/status/case/leave/")


class Visit:
    """One browser's cookies."""

    def __init__(self, url: str) -> None:
        self.url, self.cookies = url, http.cookiejar.CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self.opener.open(f"{self.url}{path}", timeout=60) as answer:
            return str(answer.read().decode(errors="replace"))

    def post(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        fields["csrfmiddlewaretoken"] = token[1] if token else ""
        request = Request(f"{self.url}{path}", urlencode(fields).encode(), {"Referer": f"{self.url}{path}"})
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.url)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)

    def sign_in(self, login: str) -> "Visit":
        """Raises RuntimeError when the sign-in did not lead in."""
        ended = self.post("/accounts/login/", login=login, password=PASSWORD)
        if "/accounts/login" in ended or "session" not in self.cookie:
            raise RuntimeError(f"{login} could not sign in: {ended}")
        return self


def _get(name: str, url: str, cookie: str = "", tested: str = "") -> Target:
    return Target(name, url, cookie=cookie, tested=tested)


def targets(url: str, staff: str, admin: str, number: str, code: str) -> list[Target]:
    """Every kind of input that reaches a query: searches, filters, positions, numbers, codes, JSON."""
    json_body = ("Content-Type: application/json",)
    return [
        _get("whom to call", f"{url}/call/?region=76&insurer=sogaz-med"),
        _get("waiting times", f"{url}/terms/?region=76&care=specialist&since_day=1"),
        _get("theme of a new appeal", f"{url}/complaints/new/?theme=waiting&urgent=1"),
        _get("phones by API", f"{url}/api/v1/hotlines/?region=76&insurer=sogaz-med"),
        _get("insurers by API", f"{url}/api/v1/insurers/?region=76"),
        Target("policy by API", f"{url}/api/v1/policies/check/", headers=json_body,
               data='{"policy_number": "7658480820000012", "surname": "Соколова", "birth_on": "1950-12-31"}'),
        Target("number and code by API", f"{url}/api/v1/complaints/{number}*/",
               headers=(f"X-Access-Code: {code}*",)),
        Target("open a case", f"{url}/status/", data=f"csrfmiddlewaretoken=x&number={number}&code={code}",
               csrf_url=f"{url}/status/", tested="number,code"),
        Target("check a policy", f"{url}/policy/check/", csrf_url=f"{url}/policy/check/",
               data="csrfmiddlewaretoken=x&number=7658480820000012&surname=x&birth_on_day=31&birth_on_month=12&birth_on_year=1950",
               tested="number,surname,birth_on_year"),
        _get("filters of a queue", f"{url}/staff/all/?kind=complaint&urgency=ordinary&category=1&branch=1&tier=1&cursor=x", staff),
        Target("search of staff", f"{url}/staff/find/", data=f"csrfmiddlewaretoken=x&number={number}",
               cookie=staff, csrf_url=f"{url}/staff/", tested="number"),
        _get("queue by API", f"{url}/api/v1/queue/?cursor=x&limit=5", staff),
        _get("search of the admin", f"{url}/admin/representatives/user/?q=operator&o=1", admin, "q,o"),
        _get("policies in the admin", f"{url}/admin/insurers/policy/?q=7658480820000012", admin, "q"),
    ]  # fmt: skip


def control(url: str) -> Target:
    """What sqlmap must find."""
    return _get("planted", f"{url}/item?id=1", tested="id")
