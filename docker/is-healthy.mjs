/**
 * The health check of the images, which have no curl:
 *
 *   node is-healthy.mjs <variable that names the port> <path>
 *
 * Ends with 0 when this container's own server answers with a 2xx, else with 1.
 */

import { get } from 'node:http';

const [portVariable, path] = process.argv.slice(2);
const WITHIN_MS = 4000;

const request = get({ host: '127.0.0.1', port: process.env[portVariable], path, timeout: WITHIN_MS });
request.on('response', ({ statusCode }) => process.exit(statusCode >= 200 && statusCode < 300 ? 0 : 1));
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
