import { createEngineDatabase, postgresSuite, storeSuite } from '../../testkit/engine/index.js';

storeSuite(createEngineDatabase);
postgresSuite(createEngineDatabase);
