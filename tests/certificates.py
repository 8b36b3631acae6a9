"""Self-signed certificates, made while the tests run."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class CertificateMaker:
    """Writes a certificate and its key (PEM) into a directory, each time other ones."""

    def __init__(self, directory):
        self.certificate = directory / "certificate.pem"
        self.key = directory / "key.pem"

    def write(self, name="localhost", password=None):
        key = ec.generate_private_key(ec.SECP256R1())
        self._write_certificate(name, key)
        self._write_key(key, password)
        return self.der()

    def write_certificate_of_another_key(self):
        self._write_certificate("localhost", ec.generate_private_key(ec.SECP256R1()))

    def der(self):
        certificate = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        return certificate.public_bytes(serialization.Encoding.DER)

    def _write_certificate(self, name, key):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder(subject_name=subject, issuer_name=subject, public_key=key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        builder = builder.not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        certificate = builder.sign(key, hashes.SHA256())
        _replace(self.certificate, certificate.public_bytes(serialization.Encoding.PEM))

    def _write_key(self, key, password):
        encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        _replace(self.key, pem)


def _replace(path, content):
    """As renewal tools do: another file under the same name."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)
