"""A real SMTP server on the loopback; the part of a recipient before the @ says how it behaves."""

import base64
import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.notify.channels.doubles import CERTIFICATE

LOGIN = base64.b64encode(b"\0duban\0right").decode()


class SmtpDouble(socketserver.ThreadingTCPServer):
    """Records the messages that it took; `tells` is what it can do beside plain SMTP."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[EmailMessage] = []
        self.tells: tuple[str, ...] = ("STARTTLS", "AUTH PLAIN")
        self.over = threading.Event()
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(CERTIFICATE)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that goes away is part of the play."""


class _Session(socketserver.StreamRequestHandler):
    server: SmtpDouble
    mode = "well"
    goes_on = True

    def handle(self) -> None:
        self._say("220 double")
        while self.goes_on and (line := self.rfile.readline()):
            verb, _, rest = line.decode().strip().partition(" ")
            getattr(self, f"_{verb.lower()}")(rest)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.request.close()

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _ehlo(self, _: str) -> None:
        lines = ("double", *self.server.tells)
        for line in lines[:-1]:
            self._say(f"250-{line}")
        self._say(f"250 {lines[-1]}")

    def _starttls(self, _: str) -> None:
        self._say("220 go")
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.setup()

    def _auth(self, said: str) -> None:
        self._say("235 in" if said == f"PLAIN {LOGIN}" else "535 wrong")

    def _mail(self, _: str) -> None:
        self._say("250 ok")

    def _rcpt(self, to: str) -> None:
        self.mode = to.partition("<")[2].partition("@")[0]
        if self.mode == "leave":
            self.goes_on = False
            return
        self._say({"refuse": "550 no such user", "full": "452 mailbox full"}.get(self.mode, "250 ok"))

    def _data(self, _: str) -> None:
        self._say("451 not now" if self.mode == "not_now" else "354 go on")
        if self.mode == "not_now":
            return
        lines = [*iter(self.rfile.readline, b".\r\n")]
        taken = self.mode in {"well", "rude", "taken_and_hang"}
        if taken:
            plain = b"".join(line.removeprefix(b".") for line in lines)
            self.server.taken.append(message_from_bytes(plain, policy=policy.default))
        self._answer(taken=taken)

    def _answer(self, *, taken: bool) -> None:
        if self.mode in {"hang", "taken_and_hang"}:
            self.server.over.wait(20)
        self.goes_on = self.mode not in {"hang", "taken_and_hang", "close", "half", "rude"}
        said = {"spam": "554 spam", "later": "451 later", "garbled": "hello", "close": "", "half": "25"}
        line = said.get(self.mode, "250 taken" if taken else "")
        if line:
            self.wfile.write(line.encode() + (b"" if self.mode == "half" else b"\r\n"))

    def _rset(self, _: str) -> None:
        self._say("250 ok")

    def _quit(self, _: str) -> None:
        self._say("221 bye")
        self.goes_on = False


@contextlib.contextmanager
def smtp_double() -> Iterator[SmtpDouble]:
    """Run a double in a thread of its own."""
    server = SmtpDouble()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()
