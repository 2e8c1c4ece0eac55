import { spawnSync } from 'node:child_process';

/** The reader is a module of its own kind, which no spec can load: another process reads the bytes. */
const READ = `
import { buffer } from 'node:stream/consumers';
import { extractText, getDocumentProxy } from 'unpdf';
const pdf = await getDocumentProxy(new Uint8Array(await buffer(process.stdin)));
const { text } = await extractText(pdf, { mergePages: false });
const { info } = await pdf.getMetadata();
process.stdout.write(JSON.stringify({ pages: text, info }));
`;

export interface ReadPdf {
  /** Text of each page. */
  pages: string[];
  info: Record<string, unknown>;
}

/** What a reader finds in a PDF. Throws for what is none. */
export function readPdf(bytes: Buffer): ReadPdf {
  const args = ['--input-type=module', '--eval', READ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input: bytes, cwd: process.cwd() });
  if (status !== 0) throw new Error(`No PDF: ${stderr.toString()}`);
  return JSON.parse(stdout.toString()) as ReadPdf;
}
