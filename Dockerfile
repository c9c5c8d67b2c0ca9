# The router with its storage, as npm start serves it: docs/self-hosting.md.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY providers ./providers
COPY src ./src
COPY test/dev ./test/dev
RUN node test/dev/start/start.ts --build && node test/dev/start/copy-packages.ts /packages && mkdir -p src/platform/migrations

FROM node:24-slim
# workerd checks certificates of providers with those of the system.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
  && mkdir /data && chown node:node /data
WORKDIR /app
COPY --from=build /packages ./node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/test/dev ./test/dev
COPY --from=build /app/src/platform/migrations ./src/platform/migrations
COPY --from=build /app/src/console/public ./src/console/public
COPY --from=build /app/dist/start ./dist/start
USER node
VOLUME /data
EXPOSE 8788
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8788/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# What npm start runs, without npm: signals arrive at once, and its 60 MB are saved.
CMD ["node", "test/dev/start/start.ts", "--host", "0.0.0.0", "--port", "8788", "--data", "/data"]
