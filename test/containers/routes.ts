import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { IrisNotificationsController } from '../../apps/api/routes/iris-notifications.controller.js';
import { StatusController } from '../../apps/api/routes/status.controller.js';
import { IrisController } from '../../apps/sandbox/iris/iris.controller.js';
import { HomeController } from '../../apps/sandbox/payer/home.controller.js';
import { HealthController } from '../../apps/worker/health.controller.js';

type Controller = abstract new (...parts: never[]) => object;

/** The routes that containers call, as the controllers declare them: `GET /health/ready`. */
export const ROUTES: Readonly<Record<string, readonly string[]>> = {
  api: [StatusController, IrisNotificationsController].flatMap(routesOf),
  worker: routesOf(HealthController),
  sandbox: [HomeController, IrisController].flatMap(routesOf),
};

function routesOf(controller: Controller): string[] {
  const base = Reflect.getMetadata('path', controller) as string;
  const members = Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object));
  return members.flatMap(({ value }) => {
    const method = Reflect.getMetadata('method', value as object) as RequestMethod | undefined;
    if (method === undefined) return [];
    const path = Reflect.getMetadata('path', value as object) as string;
    const parts = [base, path].map((part) => part.replaceAll(/^\/|\/$/g, '')).filter((part) => part !== '');
    return [`${RequestMethod[method]} /${parts.join('/')}`];
  });
}
