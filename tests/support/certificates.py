"""Certificates made on the fly by the openssl command line: one good CA, and the bad leaves."""

import subprocess
from pathlib import Path

LEAF = "subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
GOOD_NAMES = "DNS:localhost,IP:127.0.0.1"


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Certificates:
    """`ca` is the file to trust; `pair(name)` gives (certificate, key) of a leaf."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.ca = self.folder / "ca.pem"
        self._self_signed("ca", "/CN=Test CA", "basicConstraints=critical,CA:TRUE")
        self._self_signed("self-signed", "/CN=localhost", f"subjectAltName={GOOD_NAMES}")
        self.issue("good")
        self.issue("wrong-name", names="DNS:other.example")
        self._issue_expired()

    def pair(self, name):
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def _new_key(self, name):
        _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-out", self.pair(name)[1])

    def _self_signed(self, name, subject, extension):
        self._new_key(name)
        certificate, key = self.pair(name)
        _openssl("req", "-x509", "-new", "-key", key, "-subj", subject, "-days", 2,
                 "-addext", extension, "-out", certificate)

    def _sign_request(self, name, names):
        self._new_key(name)
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(LEAF.format(names=names))
        _openssl("req", "-new", "-key", self.pair(name)[1], "-subj", "/CN=localhost", "-out", request)
        return request, extensions

    def issue(self, name, names=GOOD_NAMES):
        request, extensions = self._sign_request(name, names)
        _openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.pair("ca")[1],
                 "-CAcreateserial", "-days", 2, "-extfile", extensions, "-out", self.pair(name)[0])
        return self.pair(name)

    def _issue_expired(self):
        request, extensions = self._sign_request("expired", GOOD_NAMES)
        (self.folder / "index.txt").touch()
        settings = self.folder / "ca.cnf"
        settings.write_text(f"[ca]\ndefault_ca=it\n[it]\ndatabase={self.folder}/index.txt\n"
                            f"new_certs_dir={self.folder}\nrand_serial=yes\ndefault_md=sha256\n"
                            "policy=any\n[any]\ncommonName=supplied\n")
        _openssl("ca", "-batch", "-config", settings, "-in", request, "-cert", self.ca,
                 "-keyfile", self.pair("ca")[1], "-extfile", extensions, "-notext",
                 "-startdate", "20200101000000Z", "-enddate", "20200201000000Z",
                 "-out", self.pair("expired")[0])
