import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Role } from '#libs/payments';
import { problem } from '#libs/payments';
import { ProblemAnswer } from '../http/problem.js';
import type { Principal } from './principal.js';
import type { AdmittedRequest } from './roles.js';
import { accessOf } from './roles.js';

/** The last word on who may enter a route: whoever has one of its roles. The gate has found out who calls. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<AdmittedRequest>();
    const places = [context.getHandler(), context.getClass()];
    const allowed = accessOf(request.method, (mark) => this.reflector.getAllAndOverride<unknown>(mark, places));
    if (allowed === 'public') return true;
    if (!request.principal) throw new UnauthorizedException();
    if (!mayEnter(request.principal, allowed)) {
      throw new ProblemAnswer(
        problem(
          403,
          'forbidden',
          'Not allowed',
          `This key may not do that; it needs a role of: ${allowed.join(', ')}.`,
        ),
      );
    }
    return true;
  }
}

const mayEnter = ({ roles, standsInForOperator }: Principal, allowed: readonly Role[]): boolean =>
  roles.some((role) => allowed.includes(role)) || (standsInForOperator && allowed.includes('operator'));
