import { main } from './erase.js';

// `npm run erase` installs and builds first. Where both were done long ago, as in a container image, this is the entry.
process.exitCode = await main(process.argv.slice(2));
