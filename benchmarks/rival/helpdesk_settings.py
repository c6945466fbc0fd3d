"""A django-helpdesk as its manual and `startproject` set one up. Read by the Python of its own environment."""

import json
import os

_APPS = ["admin", "auth", "contenttypes", "sessions", "messages", "sites", "humanize", "staticfiles"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        **json.loads(os.environ["HELPDESK_DATABASE"]),
    }
}
INSTALLED_APPS = [f"django.contrib.{app}" for app in _APPS] + ["rest_framework", "helpdesk"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ALLOWED_HOSTS = ["localhost", "testserver"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_VIEW_A_TICKET_PUBLIC = True
ROOT_URLCONF = "helpdesk_urls"
SECRET_KEY = "benchmark"  # noqa: S105  (guards nothing)
SITE_ID = 1
STATIC_URL = "/static/"
USE_TZ = True
