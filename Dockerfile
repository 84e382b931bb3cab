# The image of web and worker; the database is a service of its own, see compose.yaml.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/ratusz \
 && /opt/ratusz/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY tools ./tools
COPY src ./src
RUN /opt/ratusz/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --create-home --home-dir /var/lib/ratusz ratusz
COPY --from=build /opt/ratusz /opt/ratusz
ENV PATH=/opt/ratusz/bin:$PATH RATUSZ_HOME=/var/lib/ratusz DJANGO_SETTINGS_MODULE=ratusz.config.settings \
    PYTHONUNBUFFERED=1
USER ratusz
WORKDIR /var/lib/ratusz
VOLUME /var/lib/ratusz
EXPOSE 8000
CMD ["granian", "ratusz.config.asgi:application", "--interface=asginl", "--host=0.0.0.0", "--workers=2", "--respawn-failed-workers"]
