# Two stages: the first resolves nothing (every file is locked by hash) and builds the wheel; the second only runs it.
# The base by its digest, for all architectures, as docker-library/repo-info had it on 25 August 2026: a build is made of
# what was read, whatever the tag points to since. Another one: --build-arg BASE=docker.io/library/python:3.13-slim-bookworm
ARG BASE=docker.io/library/python:3.11-slim-bookworm@sha256:0bee7276f83efd4a1ee05bbbf4281d95ed28e079220a9457f25a93e3f1e3c31b

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /opt/cellule
COPY requirements/ requirements/
RUN pip --python /opt/cellule/bin/python install --only-binary :all: --no-deps --require-hashes -r requirements/runtime.txt \
 && pip install --only-binary :all: --no-deps --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE config.example.yaml ./
COPY playbooks/ playbooks/
COPY bot/ bot/
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . \
 && pip --python /opt/cellule/bin/python install --no-deps /wheel/*.whl

FROM ${BASE}
# Of all that lies in /opt/cellule/bin only the bot's own command is on the path.
RUN pip uninstall --yes --root-user-action ignore pip setuptools wheel \
 && useradd --uid 10001 --create-home --home-dir /var/lib/cellule --shell /usr/sbin/nologin cellule \
 && ln -s /opt/cellule/bin/cellule /usr/local/bin/cellule
COPY --from=build /opt/cellule /opt/cellule
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CELLULE_HEALTH=http://127.0.0.1:9464/healthz
USER 10001
WORKDIR /var/lib/cellule
# Mount the folder that holds config.yaml, its secrets and its state folder here; it must belong to uid 10001.
VOLUME /var/lib/cellule
# /healthz and /metrics, if `health: {listen: 0.0.0.0:9464}` lets others than the container itself read them.
EXPOSE 9464
# Green once the first sync is done and the keys are uploaded. Needs `health: {listen: 127.0.0.1:9464}` in the configuration.
# The OCI format has no place for a health check: an image built as such leaves it out, and podman is told with
# --health-cmd; contrib/compose.yaml and contrib/kubernetes bring their own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(os.environ['CELLULE_HEALTH'], timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["cellule"]
CMD ["run", "--config", "/var/lib/cellule/config.yaml"]
ARG VERSION=unreleased REVISION=
# No source address: there is none that would be true for every copy.
LABEL org.opencontainers.image.title="Cellule" \
      org.opencontainers.image.description="Encrypted incident rooms on Matrix, with a playbook and the legal clocks" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
