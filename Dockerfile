# The image of compose.yaml: web, worker and beat differ only in their command.
FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PLUMB_VAR=/srv/var
WORKDIR /srv/plumb
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --home-dir /srv/var plumb && chown -R plumb /srv/var
USER plumb
EXPOSE 8000
CMD ["gunicorn", "crmsite.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--no-control-socket", "--access-logfile", "-"]
