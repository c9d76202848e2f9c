export * from './given-when-then.js';
export * from './payloads.js';
export * from './reference-views.js';
export * from './shared-data.js';
export * from './touchpoint-builder.js';
