import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { RequestHandler } from 'express';
import type { BoardRole } from './board-access.js';
import { BOARD_QUEUES } from './board-queues.js';
import { allowKnownRoutes } from './board-routes.js';
import { MaskedQueue } from './masked-queue.js';

/** Where the board is mounted. */
export const BOARD_PATH = '/queues';

/** The pages of the board and what they ask for, as one role sees them. */
export function boardPages(queues: readonly Queue[], role: BoardRole): RequestHandler {
  const serverAdapter = new PageServer();
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.map(
      (queue) =>
        new MaskedQueue(queue, {
          description: BOARD_QUEUES.get(queue.name) ?? '',
          readOnlyMode: role === 'reader',
        }),
    ),
    serverAdapter,
    options: {
      uiConfig: { boardTitle: 'PORTOS Pagamenti · code', hideDocsLink: true, menu: { width: '20rem' } },
      handlerHooks: { before: allowKnownRoutes },
    },
  });
  return serverAdapter.getRouter() as RequestHandler;
}

/** Hands errors to whoever mounted it: the board's own answer would repeat what the client of the queue said. */
class PageServer extends ExpressAdapter {
  override setErrorHandler(): this {
    return super.setErrorHandler((error) => {
      throw error;
    });
  }
}
