import type { CanActivate, ExecutionContext } from '@nestjs/common';
import {
  createParamDecorator,
  ForbiddenException,
  Inject,
  Injectable,
  SetMetadata,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { Caller } from '#libs/payments';
import { API_CALLER, OPERATOR_CALLER } from '../payments.token.js';
import { isSameSecret } from './same-secret.js';

const PUBLIC = 'isPublic';
const FOR_OPERATORS = 'isForOperators';

/** Marks a route that is open to everybody by purpose. Every other route needs a key. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Marks a route that is a person's decision: it needs the operator's key, if this installation has one. */
export const ForOperators = () => SetMetadata(FOR_OPERATORS, true);

/** Whose key was presented, by its name. */
export const KeyHolder = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  holderOf(context.switchToHttp().getRequest<KeyedRequest>()),
);

export const API_KEYS = Symbol('API_KEYS');
export interface ApiKeys {
  readonly apiKey: string;
  /** null: no route is for operators alone. */
  readonly operatorKey: string | null;
}

type KeyedRequest = Request & { keyHolder?: Caller };

/**
 * Lets in who presents a key. Each key opens what its holder needs: PORTOS's gives commands and reads, the operator's
 * reads and decides. Where there is no key for operators, PORTOS's decides too.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(API_KEYS) private readonly keys: ApiKeys,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.isMarked(PUBLIC, context)) return true;
    const request = context.switchToHttp().getRequest<KeyedRequest>();
    const holder = this.holderOf(request.headers.authorization ?? '');
    if (holder === null) throw new UnauthorizedException();
    if (!this.mayEnter(holder, request.method, this.isMarked(FOR_OPERATORS, context))) throw new ForbiddenException();
    request.keyHolder = holder;
    return true;
  }

  private holderOf(authorization: string): Caller | null {
    const [scheme, key] = authorization.split(' ', 2);
    if (scheme?.toLowerCase() !== 'bearer' || !key) return null;
    const { apiKey, operatorKey } = this.keys;
    if (operatorKey !== null && isSameSecret(key, operatorKey)) return OPERATOR_CALLER;
    return isSameSecret(key, apiKey) ? API_CALLER : null;
  }

  private mayEnter(holder: Caller, method: string, isForOperators: boolean): boolean {
    if (isForOperators) return holder === OPERATOR_CALLER || this.keys.operatorKey === null;
    return holder === API_CALLER || method === 'GET' || method === 'HEAD';
  }

  private isMarked(mark: string, context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride<boolean>(mark, [context.getHandler(), context.getClass()]);
  }
}

function holderOf({ keyHolder }: KeyedRequest): Caller {
  if (!keyHolder) throw new Error('the key holder is known on routes that need a key, and this one is public');
  return keyHolder;
}
