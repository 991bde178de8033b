import { Logger } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Problem } from '#libs/payments';
import type { Gate } from '../access/gate.js';
import { addressOf, refuse } from '../access/gate.js';
import type { AdmittedRequest } from '../access/roles.js';
import { loggedAddress } from '../http/logged-address.js';
import { PAGE_POLICY } from '../http/page-policy.js';
import { sendProblem } from '../http/problem.js';
import type { BoardRole } from './board-access.js';
import { boardRoleOf, isFromElsewhere, isReading, presentedKey } from './board-access.js';
import { boardPages } from './board-pages.js';
import { CHALLENGE, FROM_ELSEWHERE, NO_PAGE, READ_ONLY, UNAUTHENTICATED, UNREACHABLE } from './board-problems.js';
import type { BoardQueues, QueuePlace } from './board-queues.js';
import { openBoardQueues } from './board-queues.js';

export interface QueueBoardSettings {
  readonly place: QueuePlace;
  /** Finds out who looks. */
  readonly gate: Gate;
  /** Where browsers reach the API. */
  readonly publicUrl: string;
}

interface OpenBoard {
  readonly queues: BoardQueues;
  readonly pages: Readonly<Record<BoardRole, RequestHandler>>;
}

/** A server that hangs must not keep a page waiting. */
const ANSWER_WITHIN_MS = 4_000;

/**
 * The queues in a browser, for whoever operates the service. They are opened by the first request that may see them, so
 * that the API neither needs nor waits for their server; while it cannot be reached, the board says so and only the board.
 */
export class QueueBoard {
  private readonly logger = new Logger('queues');
  private opening: Promise<OpenBoard> | null = null;

  constructor(private readonly settings: QueueBoardSettings) {}

  /** Answers whatever is asked for below the path that it is mounted at. */
  readonly handle = (request: Request, response: Response, next: NextFunction): void => {
    response.setHeader('Content-Security-Policy', PAGE_POLICY);
    const { gate } = this.settings;
    gate.identify(presentedKey(request.headers.authorization ?? ''), addressOf(request)).then(
      (arrived) => {
        if (arrived.kind === 'known') {
          (request as AdmittedRequest).principal = arrived.principal;
          this.admit(boardRoleOf(arrived.principal), request, response, next);
        } else refuse(response, arrived, UNAUTHENTICATED, CHALLENGE);
      },
      (error: unknown) => gate.excuse(response, error),
    );
  };

  async close(): Promise<void> {
    const board = await this.opening?.catch(() => null);
    await board?.queues.close();
  }

  private admit(role: BoardRole, request: Request, response: Response, next: NextFunction): void {
    const refusal = isReading(request) ? null : this.refusalOfChange(role, request);
    if (refusal) {
      sendProblem(response, refusal);
      return;
    }
    void this.show(role, request, response, next);
  }

  private refusalOfChange(role: BoardRole, request: Request): Problem | null {
    if (role !== 'operator') return READ_ONLY;
    if (isFromElsewhere(request, this.settings.publicUrl)) return FROM_ELSEWHERE;
    this.logger.log(`an operator asks: ${request.method} ${loggedAddress(request.originalUrl)}`);
    return null;
  }

  private async show(role: BoardRole, request: Request, response: Response, next: NextFunction): Promise<void> {
    const fail = (error: unknown): void => {
      if (response.headersSent) return;
      if (isOfTheRequest(error)) {
        next(error);
        return;
      }
      this.logger.warn(`the queues cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
      sendProblem(response, UNREACHABLE, { 'Retry-After': '5' });
    };
    const deadline = setTimeout(() => fail(`no answer in ${ANSWER_WITHIN_MS / 1000} s`), ANSWER_WITHIN_MS);
    response.on('close', () => clearTimeout(deadline));
    try {
      const { queues, pages } = await this.opened();
      await queues.connected();
      if (response.headersSent) return;
      pages[role](request, response, (error?: unknown) => {
        if (error === undefined) sendProblem(response, NO_PAGE);
        else fail(error);
      });
    } catch (error) {
      fail(error);
    }
  }

  /** Opens the queues once; after a failure the next request tries again. */
  private opened(): Promise<OpenBoard> {
    this.opening ??= openBoard(this.settings.place).catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }
}

async function openBoard(place: QueuePlace): Promise<OpenBoard> {
  const queues = await openBoardQueues(place);
  return {
    queues,
    pages: { reader: boardPages(queues.queues, 'reader'), operator: boardPages(queues.queues, 'operator') },
  };
}

/** A request that is wrong in itself says so by its status: a body that is not JSON. */
function isOfTheRequest(error: unknown): boolean {
  const { status } = (error ?? {}) as { readonly status?: unknown };
  return typeof status === 'number' && status < 500;
}
