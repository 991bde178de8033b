import type { MigrationClass } from '../migrate.js';
import { EngineSchema1763900000001 } from './0001-engine-schema.js';
import { RequestIds1763900000005 } from './0002-request-ids.js';

/** The engine's migrations, in order. They are listed, never globbed: a bundle or a typo cannot lose one. */
export const engineMigrations: readonly MigrationClass[] = [EngineSchema1763900000001, RequestIds1763900000005];
