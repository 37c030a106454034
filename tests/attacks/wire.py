"""A browser of one person that sends what it is told, byte for byte, and reads the answer's raw head."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the headers as they stood on the wire, and the body."""

    status: int
    headers: list[tuple[str, str]]
    text: str

    def all(self, name: str) -> list[str]:
        """Return each value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def location(self) -> str:
        """Where it leads; blank for nowhere."""
        return next(iter(self.all("Location")), "")


@dataclass
class Browser:
    """Asks the server at `port`; keeps the one cookie that Carte sets."""

    port: int
    cookie: str = ""
    host: str = "localhost"
    #: Every cookie it was ever given.
    given: list[str] = field(default_factory=list)

    def get(self, path: str, headers: Headers | None = None) -> Answer:
        return self.send("GET", path, headers=headers)

    def post(
        self, path: str, form: dict[str, object] | None = None, headers: Headers | None = None
    ) -> Answer:
        """Send a form with the token of this browser's own session, unless the form has one."""
        sent = {"csrf_token": self.token(), **(form or {})}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(sent, doseq=True).encode(), {**kind, **(headers or {})})

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Headers | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        mine = {"Host": f"{self.host}:{self.port}", **({"Cookie": self.cookie} if self.cookie else {})}
        try:
            connection.putrequest(method, "/", skip_host=True, skip_accept_encoding=True)
            # What http.client would refuse to send is what somebody else's program sends.
            connection._buffer[0] = f"{method} {path} HTTP/1.1".encode("latin-1")
            for name, value in {**mine, **(headers or {})}.items():
                connection.putheader(name, value)
            if body is not None and "Transfer-Encoding" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            return self._read(connection.getresponse())
        finally:
            connection.close()

    def sign_in(self, person: str, token: str, **form: object) -> Answer:
        """Choose somebody of the cast."""
        return self.post("/login/development", {"person": person, "token": token, **form})

    def token(self) -> str:
        """Return the CSRF token of this browser's session; a guest's is on the sign-in page."""
        pages = (self.get(path).text for path in ("/restaurant/", "/login"))
        found = (re.search(r'csrf[-_]token" (?:content|value)="([^"]+)"', page) for page in pages)
        return next(match[1] for match in found if match)

    def who(self) -> str | None:
        """Return the key of the person who is signed in."""
        found = re.search(r'<body[^>]*data-person="([^"]+)"', self._page())
        return found[1] if found else None

    def _page(self) -> str:
        return self.get("/restaurant/").text

    def _read(self, response: http.client.HTTPResponse) -> Answer:
        for value in response.headers.get_all("Set-Cookie", []):
            if value.startswith("carte="):
                self.cookie = value.partition(";")[0]
                self.given.append(self.cookie)
        return Answer(
            response.status, response.getheaders(), response.read().decode("utf-8", "surrogateescape")
        )
