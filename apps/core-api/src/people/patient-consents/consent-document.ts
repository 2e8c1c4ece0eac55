import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import PDFDocument from 'pdfkit';

/** What a document says of a consent; staff are named as a reader knows them. */
export interface ConsentDocument {
  organization: string;
  patient: { id: string; name: string };
  consent: { id: string; kind: string };
  text: { title: string; body: string; version: number; publishedAt: Date };
  given: { at: Date; paper: { signedOn: string; recordedBy: string } | null };
  withdrawn: { at: Date; told: { on: string; recordedBy: string } | null } | null;
  renderedAt: Date;
}

/** DejaVu: Latin with all its marks, Greek, Cyrillic, Arabic, Hebrew and more; read from the package, never fetched. */
const font = (name: string): string => createRequire(__filename).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);
const [BODY, BOLD] = ['DejaVuSans', 'DejaVuSans-Bold'];
const MARGIN = 56;
const LABELS = 115;
const GREY = '#555555';
/** So many lines of the text are laid out before other requests have their turn. */
const LINES_AT_ONCE = 20;

/** A moment as everybody reads it the same. */
const moment = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** SHA-256 of the text as it was published, UTF-8, in hexadecimal. */
export const textHash = (body: string): string => createHash('sha256').update(body, 'utf8').digest('hex');

/** What the document says of who, when and how, label by label. */
function factsOf({ patient, consent, text, given, withdrawn }: ConsentDocument): [string, string][] {
  const { paper } = given;
  return [
    ['Patient', `${patient.name}\nRecord ${patient.id}`],
    [
      'Given',
      paper
        ? `On paper, signed on ${paper.signedOn}\nRecorded at the desk by ${paper.recordedBy} on ${moment(given.at)}`
        : `Electronically, by the patient in person, on ${moment(given.at)}`,
    ],
    ['Withdrawn', withdrawalOf(withdrawn)],
    ['Text', `${consent.kind}, version ${text.version}, published on ${moment(text.publishedAt)}`],
    ['SHA-256 of the text', textHash(text.body)],
    ['Consent', consent.id],
  ];
}

function withdrawalOf(withdrawn: ConsentDocument['withdrawn']): string {
  if (!withdrawn) return 'Not withdrawn';
  const { at, told } = withdrawn;
  if (!told) return `Electronically, by the patient in person, on ${moment(at)}`;
  return `Told to the desk on ${told.on}\nRecorded by ${told.recordedBy} on ${moment(at)}`;
}

/** The consent as a PDF: the text that was agreed to, and who, when and how. */
export async function renderConsent(document: ConsentDocument): Promise<Buffer> {
  const pdf = new PDFDocument({
    ...{ size: 'A4', margin: MARGIN, bufferPages: true, font: font(BODY) },
    // Whoever lists the file learns no more than what it is.
    info: { Title: 'Consent', Creator: 'RestartiX Platform', CreationDate: document.renderedAt },
  });
  const bytes = collected(pdf);
  pdf.registerFont(BODY, font(BODY)).registerFont(BOLD, font(BOLD));
  pdf.font(BODY).fontSize(9).fillColor(GREY).text(document.organization);
  pdf.font(BOLD).fontSize(16).fillColor('black').text(document.text.title).moveDown();
  pdf.font(BODY).fontSize(10);
  for (const [index, line] of linesOf(document.text.body).entries()) {
    if (index % LINES_AT_ONCE === 0) await setImmediate();
    if (line) pdf.text(line, { lineGap: 2 });
    else pdf.moveDown();
  }
  writeFacts(pdf, factsOf(document));
  writeFooters(pdf, `Consent ${document.consent.id}, as it stood on ${moment(document.renderedAt)}`);
  pdf.end();
  return bytes;
}

const linesOf = (body: string): string[] => body.replaceAll('\t', '    ').split(/\r\n?|\n/);

function writeFacts(pdf: PDFKit.PDFDocument, facts: readonly [string, string][]): void {
  const { left, right } = pdf.page.margins;
  pdf.moveDown(2).fontSize(9);
  for (const [label, value] of facts) {
    const width = pdf.page.width - left - right - LABELS;
    const height = pdf.heightOfString(value, { width });
    if (pdf.y + height > pdf.page.height - MARGIN) pdf.addPage();
    const top = pdf.y;
    pdf.font(BOLD).text(label, left, top, { width: LABELS - 10 });
    const below = pdf.y;
    pdf.font(BODY).text(value, left + LABELS, top, { width });
    pdf.y = Math.max(pdf.y, below) + 6;
  }
  pdf.x = left;
  pdf.moveDown().fillColor(GREY).fontSize(8);
  pdf.text(
    'The signature of this consent is its event in the audit log of the organization, which is sealed and can be ' +
      'proven; this document shows what is on record and carries no signature of its own.',
  );
}

function writeFooters(pdf: PDFKit.PDFDocument, words: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    pdf.page.margins.bottom = 0; // or the line below would begin another page
    const line = `${words} · ${page + 1} of ${count}`;
    pdf.font(BODY).fontSize(7).fillColor(GREY);
    pdf.text(line, MARGIN, pdf.page.height - MARGIN / 2, { lineBreak: false });
  }
}

function collected(pdf: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
}
