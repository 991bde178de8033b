import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Settings } from '../settings.js';

/** HTTP Basic in front of the IRIS services, when the environment names credentials. */
@Injectable()
export class CallersGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const { callers } = this.settings;
    if (callers === null) return true;
    const http = context.switchToHttp();
    const given = http.getRequest<Request>().headers.authorization ?? '';
    const [scheme = '', encoded = ''] = given.split(' ');
    const credentials = Buffer.from(encoded, 'base64').toString('utf8');
    if (scheme.toLowerCase() === 'basic' && isSame(credentials, `${callers.user}:${callers.password}`)) return true;
    http.getResponse<Response>().setHeader('WWW-Authenticate', 'Basic realm="IRIS", charset="UTF-8"');
    throw new UnauthorizedException('Credenziali mancanti o errate');
  }
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
