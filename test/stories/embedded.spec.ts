import { describeStories } from './story-suite.js';

/** The embedded default: PostgreSQL holds the queues too. */
describeStories('PostgreSQL', () => ({}));
