import { main } from './migrate.js';

// `npm run migrate` installs and builds first. Where both were done long ago, as in a container image, this is the entry.
process.exitCode = await main();
