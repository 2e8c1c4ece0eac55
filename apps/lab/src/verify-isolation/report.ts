import type { Finding } from './point';

/** The checklist for people: each point, its verdict, what was seen now and which tests prove the rest. */
export function renderReport(findings: readonly Finding[]): string {
  const counted = (verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return [
    'Isolation between organizations, before a launch. "seen" was looked at just now, in the sources; "npm test" names',
    'the tests that prove the rest against running stores, and that they are there.',
    '',
    ...findings.flatMap(renderFinding),
    `${findings.length} points: ${counted('holds')} hold, ${counted('fails')} fail, ` +
      `${counted('not built yet')} are not built yet. A launch needs twelve that hold.`,
    '',
  ].join('\n');
}

function renderFinding({ point, verdict, statements }: Finding): string[] {
  const number = String(point.number).padStart(2);
  return [
    `${number}  ${verdict.toUpperCase().padEnd(13)}  ${point.claim} (${point.requirement})`,
    ...statements.flatMap(({ says, faults }) => [
      `      ${faults.length === 0 ? 'seen' : 'NOT SO'}: ${says}`,
      ...faults.map((fault) => `              ${fault}`),
    ]),
    ...point.proofs.map(({ spec, title }) => `      npm test: ${spec}: "${title}"`),
    ...(point.note ? [`      note: ${point.note}`] : []),
    '',
  ];
}
