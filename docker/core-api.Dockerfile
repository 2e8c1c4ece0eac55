# core-api. Built from the top of the workspace: docker build --file docker/core-api.Dockerfile .
FROM node:20-bookworm-slim AS dependencies
WORKDIR /srv/restartix
COPY package.json package-lock.json .npmrc ./
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-bookworm-slim AS build
WORKDIR /srv/restartix
COPY package.json package-lock.json .npmrc ./
RUN npm install --ignore-scripts --no-audit --no-fund
COPY nx.json tsconfig.json tsconfig.base.json .swcrc ./
COPY apps ./apps
COPY libs ./libs
COPY migrations ./migrations
# Every floor below the service, and nothing of the other one.
RUN npx nx run-many -t build -p core-api migrations 'libs/*'

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /srv/restartix
COPY --from=dependencies /srv/restartix/node_modules ./node_modules
COPY --from=build /srv/restartix/dist ./dist
COPY package.json ./
USER node
EXPOSE 9000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9000/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# node itself hears SIGTERM: the service then finishes open requests and closes.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=32", "dist/apps/core-api/src/main.js"]
