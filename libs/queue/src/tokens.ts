/** The options the module was registered with. */
export const QUEUE_OPTIONS = Symbol('restartix.queue-options');
