import type { Routes } from '../operation.js';
import { operationOf } from '../operation.js';

const figures = `# HELP portos_instances Payments and practices by state
# TYPE portos_instances gauge
portos_instances{machine="payment",state="redirected.choosing"} 12
`;

/** How the installation does. */
export const metricRoutes: Routes = {
  '/metrics': {
    get: operationOf('get', {
      id: 'readMetrics',
      tag: 'operations',
      summary: 'Le misure, per Prometheus',
      description:
        'The figures of this process and of the installation, in the text format of Prometheus; no personal data. While ' +
        'the database is away, `portos_database_up` is 0 and those of the installation are missing; a key that is looked up ' +
        'there is then answered 503.',
      access: 'everybody',
      answer: {
        status: 200,
        description: 'Le misure / The figures.',
        content: { 'text/plain': { schema: { type: 'string', minLength: 1 }, example: figures } },
      },
    }),
  },
};
