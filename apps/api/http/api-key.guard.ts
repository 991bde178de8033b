import { createHash, timingSafeEqual } from 'node:crypto';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Inject, Injectable, SetMetadata, UnauthorizedException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';

const PUBLIC = 'isPublic';

/** Marks a route that is open to everybody by purpose. Every other route needs a key. */
export const Public = () => SetMetadata(PUBLIC, true);

export const API_KEY = Symbol('API_KEY');

/** Lets in who presents the API key; keys are compared as digests, in constant time. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(API_KEY) apiKey: string,
  ) {
    this.expected = digest(apiKey);
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const header = context.switchToHttp().getRequest<Request>().headers.authorization ?? '';
    const [scheme, key] = header.split(' ', 2);
    if (scheme?.toLowerCase() === 'bearer' && key && timingSafeEqual(digest(key), this.expected)) return true;
    throw new UnauthorizedException();
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
