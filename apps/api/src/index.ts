export { startServer, type RunningServer } from './server/start-server.js';
export type { ServerOptions } from './server/server-options.js';
export { LIMITS, type Limits } from './server/limits.js';
export type { Log, LogLine } from './server/log.js';
export { statusOf } from './errors/problem.js';
