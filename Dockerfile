# The server as an image: docker build -t assisters . && docker run -p 8787:8787 -v assisters:/data assisters
# Several of them on one database: deploy/compose.yaml

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 ASSISTERS_DATA_DIR=/data
COPY --from=build /app/package.json /app/README.md ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/docs ./docs
RUN mkdir /data && chown node:node /data
# node's, by number, so that the host can tell that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8787
# Answers 200 when the database can be read and written.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM lets running answers end; give it more than 10 s before it is killed.
STOPSIGNAL SIGTERM
CMD ["node", "dist/server/cli.js", "serve"]
