// Writes the types of the API's shapes from openapi.json to src/lib/api-schema.ts. With --check it writes nothing, and fails
// if the committed file differs.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const place = new URL('../src/lib/api-schema.ts', import.meta.url);
const { openapi, info, components } = JSON.parse(await readFile(new URL('../../openapi.json', import.meta.url), 'utf8'));
// Without the paths: the client needs only the shapes, because api.ts makes the requests.
const shapes = { openapi, info, paths: {}, components: { schemas: components.schemas } };
const made = astToString(await openapiTS(shapes, { alphabetize: true, defaultNonNullable: false }));
const text = `// Made from openapi.json by \`npm run types\`; not to be edited.\n\n${made}`;

if (process.argv.includes('--check')) {
  if ((await readFile(place, 'utf8').catch(() => '')) !== text) {
    console.error('src/lib/api-schema.ts differs from openapi.json: run npm --prefix web run types');
    process.exit(1);
  }
} else {
  await writeFile(place, text);
}
