/** Door of `npm run prove-walls`: works in a clone where nothing is built. */
import { compile, ensureInstalled } from '../../bootstrap.mjs';

ensureInstalled();
compile('apps/lab/src', 'libs/config/src', 'libs/contracts/src', 'libs/embedded/src', 'libs/errors/src');
await import('../../../../dist/apps/lab/src/prove-walls/prove-walls.js');
