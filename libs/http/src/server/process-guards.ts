import type { PlatformLogger } from '@restartix/logging';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Ends the process well: SIGTERM and SIGINT close it gracefully (exit 0; a second signal ends it at once), and an
 * error nobody caught is logged, redacted, before the process ends with 1. Returns a function that takes the guards
 * off again.
 */
export function guardProcess(logger: PlatformLogger, close: () => Promise<void>): () => void {
  let isClosing = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (isClosing) process.exit(1);
    isClosing = true;
    logger.info('Shutting down', { signal });
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('Shutting down failed', { error });
        process.exit(1);
      },
    );
  };
  const onCrash = (error: unknown) => {
    logger.error('The process ends: nobody caught an error', { error });
    process.exit(1);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('uncaughtException', onCrash);
    process.off('unhandledRejection', onCrash);
  };
}
