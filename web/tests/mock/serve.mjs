// node tests/mock/serve.mjs: the stand-in for the API at a fixed port, beside the built client where there is one.
import { fileURLToPath } from 'node:url';
import { start } from './server.mjs';

const { url } = await start({ port: Number(process.env.PORT ?? 8099), dist: fileURLToPath(new URL('../../dist', import.meta.url)) });
console.log(url);
