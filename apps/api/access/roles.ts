import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { FromRequest, PaymentCommands, Role } from '#libs/payments';
import type { NamedCommand } from '#libs/webhooks';
import { ROLES } from '#libs/payments';
import type { Principal } from './principal.js';

/** A request once it is past the gate. */
export type AdmittedRequest = Request & {
  principal?: Principal;
  /** Given to every request on its arrival. */
  requestId?: string;
  /** What its handler gives commands through: under the request's Idempotency-Key, if it has one. */
  commands?: PaymentCommands;
  /** Of its Idempotency-Key, if it has one: the same for the same caller, route and key, and of no other. */
  commandName?: NamedCommand;
};

const PUBLIC = 'isPublic';
const ALLOWED = 'allowedRoles';

/** Marks a route that is open to everybody by purpose. Every other route needs a key or a token. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Names the roles a route is for. `admin` may enter everywhere and is not named. */
export const Allow = (...roles: readonly Exclude<Role, 'admin'>[]) => SetMetadata(ALLOWED, roles);

/** Marks a route that is a person's decision. */
export const ForOperators = () => Allow('operator');

/** What a route says of itself; `read` reads a mark by its name. */
export function accessOf(method: string, read: (mark: string) => unknown): readonly Role[] | 'public' {
  if (read(PUBLIC) === true) return 'public';
  const named = read(ALLOWED) as readonly Role[] | undefined;
  if (named) return [...named, 'admin'];
  // What is not said otherwise: everybody reads, and PORTOS commands.
  return method === 'GET' || method === 'HEAD' ? ROLES : ['service', 'admin'];
}

/** Who calls, with his roles. */
export const CallingPrincipal = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context));

/** Who calls, as the history names him, and with which request. */
export const KeyHolder = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context).caller);

/** The request that something was heard with, whoever sent it. */
export const ThisRequest = createParamDecorator((_: unknown, context: ExecutionContext) =>
  fromRequest(context.switchToHttp().getRequest<AdmittedRequest>()),
);

/** The request as commands and events are told of it. */
export const fromRequest = ({ requestId }: AdmittedRequest): FromRequest =>
  requestId === undefined ? {} : { requestId };

/** What commands are given through. */
export const Commands = createParamDecorator((_: unknown, context: ExecutionContext): PaymentCommands => {
  const { commands } = context.switchToHttp().getRequest<AdmittedRequest>();
  if (!commands) throw new Error('commands are given by POST routes that are not public');
  return commands;
});

/** What names the command that a request under an Idempotency-Key gives, else undefined. */
export const CommandName = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<AdmittedRequest>().commandName,
);

function principalOf(context: ExecutionContext): Principal {
  const { principal } = context.switchToHttp().getRequest<AdmittedRequest>();
  if (!principal) throw new Error('the caller is known on routes that need a key, and this one is public');
  return principal;
}
