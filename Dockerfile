# syntax=docker/dockerfile:1
# One image for every app; the name of the app is the argument: docker run beaconhouse gateway
# `--target cluster` leaves the embedded engine out, which is two thirds of it and which only `standalone` needs.
# `--target audits` is the cluster's with Chromium, for workers that visit pages. Its sandbox needs user namespaces, which most container engines forbid by
# default: allow them, or say with BEACONHOUSE_CHROMIUM_SANDBOX=false that only pages of one's own are visited.
#
# Tags can be moved, digests cannot. Pin the digest of the version you have looked at:
#   docker buildx imagetools inspect node:24.21.0-bookworm-slim --format '{{.Manifest.Digest}}'
#   docker build --build-arg NODE_DIGEST=@sha256:<that> .
ARG NODE_VERSION=24.21.0
ARG NODE_DIGEST=
FROM node:${NODE_VERSION}-bookworm-slim${NODE_DIGEST} AS node

# ── packages: what the manifests name, so that a change of the sources leaves this layer alone ──
FROM node AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/cli/bin/ apps/cli/bin/
COPY libs/budgets/package.json libs/budgets/
COPY libs/sdk-browser/package.json libs/sdk-browser/
# No package needs its install script: native ones bring a build for each platform.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit

FROM packages AS build
COPY .swcrc ./
COPY scripts/ scripts/
COPY libs/ libs/
COPY apps/ apps/
COPY infra/ infra/
RUN npm run build
# node-*: the Node that npm brings for checkouts; the image has its own.
RUN npm prune --omit=dev --ignore-scripts --no-audit \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node \
  && mv node_modules/@chdb /engine

# ── what runs ──
FROM node AS cluster
# As the first process: Node has no handler for SIGTERM until an app has started, and would not reap orphans.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx \
  && mkdir -p /etc/beaconhouse /var/lib/beaconhouse \
  && chown node:node /var/lib/beaconhouse

WORKDIR /app
COPY --from=build /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
COPY --from=build /app/libs/sdk-browser/dist/ libs/sdk-browser/dist/
COPY package.json LICENSE ./
COPY libs/sdk-browser/package.json libs/sdk-browser/
COPY apps/cli/bin/ apps/cli/bin/
COPY apps/standalone/demo/ apps/standalone/demo/
COPY infra/clickhouse/migrations/ infra/clickhouse/migrations/
COPY infra/docker/entry.mjs infra/docker/health.mjs infra/docker/

# The thread pool is sized when a process starts. Loopback of a container is reached by nobody.
ENV NODE_ENV=production \
    UV_THREADPOOL_SIZE=16 \
    BEACONHOUSE_HOST=0.0.0.0 \
    BEACONHOUSE_PORT=8080 \
    BEACONHOUSE_CONFIG=/etc/beaconhouse/beaconhouse.yml \
    BEACONHOUSE_DATA_DIR=/var/lib/beaconhouse

ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Beaconhouse" \
      org.opencontainers.image.description="Performance monitoring of ChatGPT apps and of the web at large" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# By number, as Kubernetes checks runAsNonRoot: the image's user `node`. The root file system may be read-only; what is written
# stands in BEACONHOUSE_DATA_DIR (standalone only: mount a volume there) and /tmp.
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "infra/docker/health.mjs"]
ENTRYPOINT ["tini", "--", "node", "infra/docker/entry.mjs"]

FROM cluster AS audits
USER root
RUN apt-get update \
  && apt-get install --yes --no-install-recommends chromium fonts-liberation \
  && rm -rf /var/lib/apt/lists/*
USER 1000:1000
CMD ["worker"]

FROM cluster AS standalone
COPY --from=build /engine/ node_modules/@chdb/
CMD ["standalone"]
