"""The portal with two views more, which no deployment has: what the others are measured against."""

from omsportal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.portal_urls"
#: The load generator is the proxy: each appeal comes from an address of its own.
TRUSTED_PROXIES = ["127.0.0.1"]
