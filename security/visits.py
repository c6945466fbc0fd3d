"""Signing in as the demo accounts, over HTTP as a browser does; and what sqlmap is pointed at."""

import http.cookiejar
import re
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from security.tools import DidNotLook, Target

PASSWORD = "demo"
#: Addresses that end the visit or change what the rest of the scan needs.
WITHOUT = ("/accounts/logout/", "/staff/shift/end/", "/status/case/leave/")

#: Forms whose pages lie at their own address, and what they answer to a token that is not theirs.
FORMS = ("/accounts/login/", "/accounts/password/reset/", "/call/back/", "/policy/check/", "/status/",
         "/status/recover/")  # fmt: skip
FORMS_OF_STAFF = ("/staff/intake/", "/staff/contact/")
FORBIDDEN = 403


class Visit:
    """One browser's cookies."""

    def __init__(self, url: str) -> None:
        self.url, self.cookies = url, http.cookiejar.CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self.opener.open(f"{self.url}{path}", timeout=60) as answer:
            return str(answer.read().decode(errors="replace"))

    def token(self, path: str) -> str:
        """Of the form at this address; it goes with the cookies."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        return found[1] if found else ""

    def post_status(self, path: str, token: str) -> int:
        """What a form that holds nothing but this token gets."""
        body = urlencode({"csrfmiddlewaretoken": token}).encode()
        try:
            with self.opener.open(Request(f"{self.url}{path}", body), timeout=60) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code

    def post(self, path: str, **fields: str) -> str:
        fields["csrfmiddlewaretoken"] = self.token(path)
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


def forged(url: str, staff: Visit) -> list[str]:
    """Forms that take a forged token; raises DidNotLook where the right one is refused as well."""
    nobody, taken = Visit(url), []
    for visit, paths in ((nobody, FORMS), (staff, FORMS_OF_STAFF)):
        for path in paths:
            if visit.post_status(path, visit.token(path)) == FORBIDDEN:
                raise DidNotLook(f"{path} refuses its own token")
            taken += [path for token in ("", "wapiti") if visit.post_status(path, token) != FORBIDDEN]
    return taken


def _get(name: str, url: str, cookie: str = "", tested: str = "") -> Target:
    return Target(name, url, cookie=cookie, tested=tested)


def targets(url: str, staff: Visit, admin: Visit, number: str, code: str) -> list[Target]:
    """Every kind of input that reaches a query: searches, filters, positions, numbers, codes, JSON.

    Each once: what two pages read by the same code is tried where an answer is quick.
    """
    return [*_of_nobody(url), *_of_patients(url, number, code), *_of_staff(url, staff, admin, number)]


def _of_nobody(url: str) -> list[Target]:
    json_body = ("Content-Type: application/json",)
    return [
        _get("whom to call", f"{url}/call/?region=76&insurer=sogaz-med"),
        _get("waiting times", f"{url}/terms/?region=76&care=specialist&since_day=1", tested="care,since_day"),
        _get("theme of a new appeal", f"{url}/complaints/new/?theme=waiting&urgent=1"),
        _get("phones by API", f"{url}/api/v1/hotlines/?region=76&insurer=sogaz-med"),
        _get("insurers by API", f"{url}/api/v1/insurers/?region=76"),
        Target("policy by API", f"{url}/api/v1/policies/check/", headers=json_body,
               data='{"policy_number": "7658480820000012", "surname": "Соколова", "birth_on": "1950-12-31"}'),
    ]  # fmt: skip


def _of_patients(url: str, number: str, code: str) -> list[Target]:
    visit = Visit(url)
    status, policy = visit.token("/status/"), visit.token("/policy/check/")
    born = "birth_on_day=31&birth_on_month=12&birth_on_year=1950"
    return [
        Target("number and code by API", f"{url}/api/v1/complaints/{number}*/",
               headers=(f"X-Access-Code: {code}*",)),
        Target("open a case", f"{url}/status/", cookie=visit.cookie, tested="number,code",
               data=f"csrfmiddlewaretoken={status}&number={number}&code={code}"),
        Target("check a policy", f"{url}/policy/check/", cookie=visit.cookie, tested="number,surname,birth_on_year",
               data=f"csrfmiddlewaretoken={policy}&number=7658480820000012&surname=x&{born}"),
    ]  # fmt: skip


def _of_staff(url: str, staff: Visit, admin: Visit, number: str) -> list[Target]:
    filters = "kind=complaint&urgency=ordinary&category=1&cursor=x"
    return [
        _get("filters of a list", f"{url}/staff/all/?{filters}", staff.cookie, "category"),
        Target("search of staff", f"{url}/staff/find/", cookie=staff.cookie, tested="number",
               data=f"csrfmiddlewaretoken={staff.token('/staff/')}&number={number}"),
        _get("queue by API", f"{url}/api/v1/queue/?cursor=x&limit=5", staff.cookie, "cursor,limit"),
        _get("search of the admin", f"{url}/admin/representatives/user/?q=operator&o=1", admin.cookie, "q"),
        _get("policies in the admin", f"{url}/admin/insurers/policy/?q=7658480820000012", admin.cookie, "q"),
    ]  # fmt: skip


def control(url: str) -> Target:
    """What sqlmap must find."""
    return _get("planted", f"{url}/item?id=1", tested="id")
