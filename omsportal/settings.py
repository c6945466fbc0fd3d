"""The only settings file. Every environment variable the portal reads is named here."""

from pathlib import Path

import pghistory
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from omsportal import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".local")))

# Demo data and demo users work only under DEMO; `check --deploy` refuses it.
DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
_DEVELOPMENT_KEY = "unsafe-development-key-never-used-in-a-deployment"
SECRET_KEY = env.text("SECRET_KEY", _DEVELOPMENT_KEY if DEMO or DEBUG else "")
# "id:base64 key" pairs, newest first: the first seals, all of them open (docs/operations.md, "Keys").
SEALING_KEYS = env.words("SEALING_KEYS")
# One secret from which the blind index, access-code and token digests are derived; it must never change.
DIGEST_KEY = env.text("DIGEST_KEY")

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "omsportal.platform",
    "insurers",
    "representatives",
    "complaints",
    "omsportal.site.PortalAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "pgtrigger",
    "pghistory",
    "django_htmx",
    "phonenumber_field",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
]

MIDDLEWARE = [
    "omsportal.platform.stack_room.StackRoomMiddleware",
    "omsportal.platform.middleware.RequestIdMiddleware",
    "omsportal.platform.packing.PackPages",
    "omsportal.platform.request_log.RequestLogMiddleware",
    "omsportal.platform.outage_header.OutageHeaderMiddleware",
    "omsportal.platform.middleware.StrictHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "omsportal.platform.switches.SwitchMiddleware",
    "omsportal.platform.middleware.LastingAnswers",
    "django.middleware.locale.LocaleMiddleware",
    "omsportal.platform.middleware.NoZeroByteMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "representatives.middleware.StaffSessionMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "omsportal.platform.middleware.TooManyMiddleware",
    "omsportal.platform.middleware.DatabaseAwayMiddleware",
]

ROOT_URLCONF = "omsportal.urls"
WSGI_APPLICATION = "omsportal.wsgi.application"
ASGI_APPLICATION = "omsportal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "omsportal.platform.condensed.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "omsportal.platform.context_processors.portal",
                "omsportal.platform.context_processors.token_of_everybody",
            ],
        },
    }
]

FORM_RENDERER = "omsportal.platform.drawing.Renderer"

# For every session: random reads cost what they cost on SSD (else a batch of hops reads its table whole); no
# statement of ours runs long enough to be worth compiling; what is prepared is planned once. A process that
# stops in the middle of a transaction (a frozen machine, a debugger) loses it after a minute, with its locks.
SESSION = {
    "random_page_cost": "1.1",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "idle_in_transaction_session_timeout": "60000",
}
SESSION_OPTIONS = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
DATABASES = {
    "default": {
        **env.database("DATABASE_URL", session_options=SESSION_OPTIONS),
        "CONN_MAX_AGE": env.number("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
    }
}
# What is asked all day is planned once by each connection. Off behind a pooler in transaction mode.
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", default=True)
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared state lives in PostgreSQL; Redis may vanish at any moment.
CACHES = {"default": {"BACKEND": "omsportal.platform.shared_cache.SharedCache"}}

# Who made a change stands in the row of the change: pghistory's own table of it may be rewritten.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()

AUTH_USER_MODEL = "representatives.User"
AUTHENTICATION_BACKENDS = ["representatives.backends.StaffBackend"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/staff/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
ACCOUNT_ADAPTER = "representatives.adapters.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False  # a shared computer in an office: the session ends with the browser
# A code to type instead of a link: no secret stands in an address. Unknown people get the same page, no mail.
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# allauth counts in the cache, which all processes share. A code of the second factor counts as a sign-in.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key,20/h/key",
    "reset_password": "10/h/ip,3/h/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "representatives.adapters.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # the code before and after: clocks of phones are some seconds off
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "representatives.second_factor_forms.CodeForm",
    "reauthenticate": "representatives.second_factor_forms.CodeAgainForm",
    "activate_totp": "representatives.second_factor_forms.FirstCodeForm",
}
USERSESSIONS_ADAPTER = "representatives.adapters.StaffSessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "omsportal.platform.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "omsportal.platform.stale_form.refused"
CSRF_COOKIE_HTTPONLY = True  # scripts of ours find the token in their page
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# Only a proxy that says which protocol the browser spoke can be redirected without a loop.
SECURE_SSL_REDIRECT = HTTPS and bool(TRUSTED_PROXIES)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked inside the network, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [], "geolocation": [], "microphone": [], "payment": [], "usb": [], "display-capture": [],
    "accelerometer": [], "gyroscope": [], "magnetometer": [], "midi": [], "serial": [], "hid": [],
}  # fmt: skip

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # the database session too: a session zone with DST miscounts working time
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "omsportal.bundles.Finder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# `make run` only: the web process serves static files itself; in a deployment nginx does.
SERVE_STATIC = env.flag("SERVE_STATIC")
FILES_DIR = Path(env.text("FILES_DIR", str(DATA_DIR / "files")))
# The directory with pg_dump and pg_restore of the server's version; empty: where the system finds them.
POSTGRES_PROGRAMS = env.text("POSTGRES_PROGRAMS")
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "omsportal.platform.uploads.UnnamedFileUploadHandler",
]
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024
ATTACHMENTS_MAX_COUNT = 10
#: Of one draft, or of one message.
ATTACHMENTS_MAX_TOTAL = 100 * 1024 * 1024
# So much of the disk stays free of files: the database may lie beside them.
FILES_KEEP_FREE = env.number("FILES_KEEP_FREE_MB", 500) * 1024 * 1024
# ClamAV's daemon, "host:port" or the path of its socket; empty: files are not scanned.
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS")
# Voice messages are taken from here, one folder for each body: sogaz-med-76, fund-76. Empty: none are.
VOICEMAIL_DIR = env.text("VOICEMAIL_DIR")
RECORDING_MAX_BYTES = env.number("RECORDING_MAX_MB", 16) * 1024 * 1024
RECORDING_MAX_SECONDS = env.number("RECORDING_MAX_MINUTES", 15) * 60
#: One file of a registry, packed or not; larger ones are loaded by `manage.py import_policies`.
REGISTRY_MAX_BYTES = env.number("REGISTRY_MAX_MB", 400) * 1024 * 1024
#: A register of policies outside, asked before our own: the dotted path of its class (docs/operations.md).
POLICY_REGISTRY = env.text("POLICY_REGISTRY")
POLICY_REGISTRY_SECONDS = env.number("POLICY_REGISTRY_SECONDS", 2)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# How many days ago an appeal may have come that is registered today; the law gives three to register it.
INTAKE_BACKDATE_DAYS = env.number("INTAKE_BACKDATE_DAYS", 3)
PHONENUMBER_DEFAULT_REGION = "RU"
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"

# "file" writes messages under DATA_DIR/mail, "smtp" sends them to EMAIL_HOST.
EMAIL_BACKEND = env.choice(
    "EMAIL_MODE",
    {
        "file": "django.core.mail.backends.filebased.EmailBackend",
        "smtp": "omsportal.platform.mail.EmailBackend",
    },
    default="file",
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "omsportal@localhost")
# Where the head of the chain (a number and a hash) is mailed once a day; empty: nowhere.
CHAIN_HEAD_EMAIL = env.text("CHAIN_HEAD_EMAIL")

# A larger letter is left in its mailbox for a person.
MAIL_MAX_BYTES = env.number("MAIL_MAX_MB", 40) * 1024 * 1024

METRICS_TOKEN = env.text("METRICS_TOKEN")

# The bell: how often the escalator and beat look for due cases, seconds.
TICK_SECONDS = env.number("TICK_SECONDS", 5)

# The urgent lane: after so many minutes without an answer the next duty person is called.
DUTY_CALL_MINUTES = max(1, env.number("DUTY_CALL_MINUTES", 10))
JOB_TURNS = max(1, env.number("WORKER_PROCESSES", 3) - 1)  # jobs at once: one process is kept for notices
# A list that somebody took along as a file opens for so many hours; then the file is deleted.
EXPORT_OPENS_FOR_HOURS = max(1, env.number("EXPORT_OPENS_FOR_HOURS", 24))
# "file" writes SMS under DATA_DIR/sms, "http" hands them to a gateway (docs/operations.md), "off" sends none.
SMS_MODE = env.choice("SMS_MODE", {"off": "off", "file": "file", "http": "http"}, default="file")
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL")
SMS_GATEWAY_METHOD = env.choice("SMS_GATEWAY_METHOD", {"POST": "POST", "PUT": "PUT"}, default="POST")
SMS_GATEWAY_HEADER = env.text("SMS_GATEWAY_HEADER")
SMS_GATEWAY_CONTENT_TYPE = env.text("SMS_GATEWAY_CONTENT_TYPE", "application/json; charset=utf-8")
SMS_GATEWAY_BODY = env.text("SMS_GATEWAY_BODY", '{"to": "{phone}", "text": "{text}", "id": "{id}"}')
SMS_GATEWAY_ACCEPTED = env.text("SMS_GATEWAY_ACCEPTED")
# Networks with public addresses that are yours: no webhook goes there. Private ones are closed anyway.
WEBHOOK_CLOSED_NETWORKS = env.words("WEBHOOK_CLOSED_NETWORKS")
# Demonstrations and tests: http://127.0.0.1 may receive webhooks.
WEBHOOK_LOOPBACK = env.flag("WEBHOOK_LOOPBACK", default=False)
# Between these hours of the patient's day no notice disturbs them.
QUIET_HOURS = env.hours("QUIET_HOURS", "21:00-08:00")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["complaints.api.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nothing that the description does not
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "complaints.api.problems.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "complaints.api.schema.ApiSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": _("API of the portal"),
    "DESCRIPTION": _(
        "File appeals, follow them with number and access code, work on them as staff or as a system of "
        "a branch. Problems come as RFC 9457 problem details in the caller's language "
        "(Accept-Language: ru, en)."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AppealKind": "complaints.kinds.Kind",
        "BranchKind": "insurers.models.organisations.BranchKind",
        "Tier": "representatives.roles.Tier",
        "MoveReason": "complaints.kinds.Reason",
        "AskedOutcome": "complaints.kinds.ASKED_OUTCOMES",
        "Outcome": "complaints.kinds.Outcome",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "complaints.api.schema.add_problems",
    ],
    "TAGS": [
        {"name": "public", "description": _("For everybody")},
        {"name": "patient", "description": _("For whoever holds number and access code")},
        {"name": "staff", "description": _("For staff and for systems of a branch")},
    ],
}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
}

# One line for a person ("plain") or one JSON object a line for machines ("json"); what a line may say is in
# omsportal/platform/log_lines.py. Servers and Celery speak through the same handler, without lines of access:
# the portal writes its own, with the name of the route instead of the address.
LOG_FORMAT = env.choice("LOG_FORMAT", {"plain": "Plain", "json": "Json"}, default="plain")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"omsportal.platform.log_lines.{LOG_FORMAT}"}},
    "filters": {"request_id": {"()": "omsportal.platform.request_ids.RequestIdFilter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]},
        "counted": {"class": "omsportal.platform.tally.CountErrors", "level": "ERROR"},
    },
    "root": {"handlers": ["stderr", "counted"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.error": {"handlers": []},
        "gunicorn.error": {"handlers": [], "propagate": True},
        **{name: {"handlers": [], "level": "WARNING"} for name in ("uvicorn.access", "gunicorn.access")},
        # A 4xx has its line from the portal; a foreign Host or a huge body raises no alarm.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        # Celery's lines about each task would be most of the log, unless somebody asks for them.
        **{
            name: {"level": "INFO" if env.flag("LOG_TASKS") else "WARNING"}
            for name in ("celery.worker.strategy", "celery.app.trace")
        },
    },
}
