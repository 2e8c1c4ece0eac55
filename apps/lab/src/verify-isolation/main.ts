import { readTree } from '../packaging/packaging.service';
import { renderReport } from './report';
import { verifyIsolation } from './verify-isolation.service';

/** `npm run verify:isolation`: prints the checklist; code 1 when a point that is built does not hold. */
const findings = verifyIsolation(readTree(process.cwd()));
process.stdout.write(renderReport(findings));
process.exitCode = findings.some(({ verdict }) => verdict === 'fails') ? 1 : 0;
