# Two stages: the first resolves nothing (every file is locked by hash) and builds the wheel; the second only runs it.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
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

FROM python:${PYTHON}
RUN pip uninstall --yes --root-user-action ignore pip setuptools wheel \
 && useradd --uid 10001 --create-home --home-dir /var/lib/cellule --shell /usr/sbin/nologin cellule
COPY --from=build /opt/cellule /opt/cellule
ENV PATH=/opt/cellule/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CELLULE_HEALTH=http://127.0.0.1:9464/healthz
USER 10001
WORKDIR /var/lib/cellule
# Mount the folder that holds config.yaml, its secrets and its state folder here; it must belong to uid 10001.
VOLUME /var/lib/cellule
# Green once the first sync is done and the keys are uploaded. Needs `health: {listen: 127.0.0.1:9464}` in the configuration.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(os.environ['CELLULE_HEALTH'], timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["cellule"]
CMD ["run", "--config", "/var/lib/cellule/config.yaml"]
