# Rapport: the API, the worker and the command in one image. `docker build --tag rapport .`
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /rapport
# better-sqlite3 is compiled where no binary of it can be had.
RUN apt-get update && apt-get install --yes --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
COPY . .
RUN npm ci --no-audit --no-fund
RUN npx tsc -b apps/api apps/cli apps/worker
RUN npm prune --omit=dev --no-audit --no-fund
# What runs needs no sources: links in node_modules lead to the packages, and these to what was compiled.
RUN find apps libs -type d -name src -prune -exec rm -rf {} + && rm -rf libs/testing bench

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /rapport
COPY --from=build /rapport/package.json ./
COPY --from=build /rapport/node_modules ./node_modules
COPY --from=build /rapport/libs ./libs
COPY --from=build /rapport/apps ./apps
COPY --from=build /rapport/scripts/healthy.mjs ./scripts/
# The one folder that is written: secrets and signed heads, on a volume.
RUN mkdir -p /var/lib/rapport/keys && chown -R node:node /var/lib/rapport && chmod 700 /var/lib/rapport/keys
USER node
EXPOSE 7070
ENTRYPOINT ["node"]
CMD ["apps/cli/bin/rapport.js", "serve", "--host", "0.0.0.0", "--allow-remote", "--port", "7070"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "scripts/healthy.mjs", "http://127.0.0.1:7070/readyz"]
