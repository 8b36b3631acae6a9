"""Who is behind a proxy: what strangers write into forwarded fields must not make them somebody else."""

from ipaddress import ip_network

import pytest

from ingest.https.forwarded import client_of
from ingest.smtp.peers import Peers

PROXY = "192.0.2.1"
PEERS = Peers((ip_network("192.0.2.0/24"), ip_network("127.0.0.0/8")))


def client(*x_forwarded_for, peer=PROXY, forwarded=()):
    return client_of(peer, x_forwarded_for, forwarded, PEERS)


def test_who_is_not_trusted_is_who_it_is_whatever_it_forwards():
    assert client("198.51.100.7", peer="203.0.113.9", forwarded=["for=127.0.0.1"]) == "203.0.113.9"


def test_a_proxy_that_forwards_nothing_speaks_for_itself():
    assert client() == PROXY


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["198.51.100.7"], "198.51.100.7"),
        (["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        (["1.1.1.1", "198.51.100.7 , 192.0.2.2"], "198.51.100.7"),
        (["127.0.0.1, 198.51.100.7, 127.0.0.1"], "198.51.100.7"),
        (["198.51.100.7:4711"], "198.51.100.7"),
        (["2001:db8::7"], "2001:db8::7"),
        (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["::ffff:198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7, nonsense"], "unknown"),
        (["x" * 8000], "unknown"),
        (["fe80::1%eth0"], "fe80::1%eth0"),
        ([", ,"], PROXY),
    ],
)
def test_the_last_address_that_is_not_trusted_counts(fields, expected):
    assert client(*fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["for=198.51.100.7"], "198.51.100.7"),
        (['for="[2001:db8::7]:4711";proto=https;by=192.0.2.9'], "2001:db8::7"),
        (["for=1.1.1.1, For = 198.51.100.7;proto=http, for=192.0.2.2"], "198.51.100.7"),
        (["for=_hidden, for=192.0.2.2"], "unknown"),
        (["for=unknown"], "unknown"),
        (["proto=https"], PROXY),
    ],
)
def test_forwarded_is_understood_as_well(fields, expected):
    assert client(forwarded=fields) == expected


def test_a_trusted_address_in_one_field_does_not_hide_a_stranger_in_the_other():
    assert client("127.0.0.1", forwarded=["for=198.51.100.7"]) == "198.51.100.7"
    assert client("198.51.100.7", forwarded=["for=127.0.0.1"]) == "198.51.100.7"


def test_a_chain_without_end_is_looked_at_from_its_end_and_not_to_its_beginning():
    assert client("198.51.100.7," + "127.0.0.1," * 5_000) == PROXY
