/** `npm run build`, last step: prints the size of the built Worker. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from './serve.ts';

const bytes = readFileSync(join(ROOT, 'dist/worker.js'));
const kib = (length: number) => `${(length / 1024).toFixed(1)} KiB`;
console.log(`dist/worker.js: ${kib(bytes.length)} raw, ${kib(gzipSync(bytes, { level: 9 }).length)} gzip`);
