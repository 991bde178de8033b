import { createServer } from 'node:net';
import { systemCode } from './faults.js';

/** A loopback port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const port = await tryToListen(0);
  if (port === null) throw new Error('this machine has no free port');
  return port;
}

/** Whether the loopback port could be listened on. */
export async function isFree(port: number): Promise<boolean> {
  return (await tryToListen(port)) !== null;
}

function tryToListen(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (systemCode(error) === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
