# gladi itself: conductor and load workers of a rehearsal. docker build -f deploy/gladi.Dockerfile -t gladi .
#
# The reference stack's own image is deploy/Dockerfile; this one loads a system that already runs.
FROM golang:1.25-bookworm AS toxiproxy
RUN GOBIN=/out CGO_ENABLED=0 go install -trimpath \
      -ldflags "-s -w -X github.com/Shopify/toxiproxy/v2.Version=2.12.0" \
      github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0

FROM python:3.11-slim-bookworm
COPY --from=toxiproxy /out/server /usr/local/bin/toxiproxy-server
# WeasyPrint's only need beside its wheel: reports and readiness on paper
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock pyproject.toml ./
COPY tools/build.in tools/build.in
COPY deploy/needed.py deploy/needed.py
RUN python deploy/needed.py sirekap chaos telemetry > /tmp/needed.lock \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/needed.lock \
    && rm /tmp/needed.lock
COPY README.md LICENSE ./
COPY scenarios ./scenarios
COPY simulators ./simulators
COPY fakeforms ./fakeforms
COPY chaos ./chaos
COPY reports ./reports
COPY sirekap ./sirekap
COPY gladi ./gladi
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
    && useradd --uid 10001 --no-create-home --home-dir /tmp gladi
# Everything that is written lies in /tmp or in the run directory: the root may be read-only.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp NUMBA_CACHE_DIR=/tmp/numba MPLCONFIGDIR=/tmp/matplotlib
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["gladi"]
CMD ["--help"]
