import { createEngineDatabase, storeSuite } from '../../testkit/engine/index.js';

storeSuite(createEngineDatabase);
