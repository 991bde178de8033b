import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Inject, Injectable, SetMetadata, UnauthorizedException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { isSameSecret } from './same-secret.js';

const PUBLIC = 'isPublic';

/** Marks a route that is open to everybody by purpose. Every other route needs a key. */
export const Public = () => SetMetadata(PUBLIC, true);

export const API_KEY = Symbol('API_KEY');

/** Lets in who presents the API key. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(API_KEY) private readonly apiKey: string,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const header = context.switchToHttp().getRequest<Request>().headers.authorization ?? '';
    const [scheme, key] = header.split(' ', 2);
    if (scheme?.toLowerCase() === 'bearer' && key && isSameSecret(key, this.apiKey)) return true;
    throw new UnauthorizedException();
  }
}
