"""The doorbell: tasks carry ids only, are idempotent, and find their work in PostgreSQL.

No eta, countdown, expires, chords or result backend: each lost or doubled work when measured (docs/adr).
"""

import os
from importlib import import_module

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omsportal.settings")

from django.conf import settings

app = Celery("omsportal")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 120,
        "unacked_restore_limit": 100,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
    },
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=50,
    task_time_limit=60,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={
        "sweep": {"task": "complaints.tasks.sweep", "schedule": settings.TICK_SECONDS},
        "rounds": {"task": "complaints.tasks.make_rounds", "schedule": 60},
        "deliver": {"task": "omsportal.platform.tasks.deliver", "schedule": settings.TICK_SECONDS},
        "jobs": {"task": "omsportal.platform.tasks.run_jobs", "schedule": 60},
        "tidy": {"task": "omsportal.platform.tasks.tidy", "schedule": 3600},
        "scan": {"task": "complaints.tasks.scan_files", "schedule": 60},
        "voicemail": {"task": "complaints.tasks.take_in_recordings", "schedule": 60},
        "search": {"task": "complaints.tasks.fill_search", "schedule": 60},
        "mail": {"task": "complaints.tasks.read_mail", "schedule": 60},
        "files": {"task": "complaints.tasks.tidy_files", "schedule": 300},
        "drafts": {"task": "complaints.tasks.purge_drafts", "schedule": 3600},
        "working-time": {"task": "insurers.tasks.refresh_working_time", "schedule": 3600},
    },
)
app.autodiscover_tasks()
import_module("omsportal.task_log")  # hears what the worker tells about itself
