/** Token of the configuration, for the few providers that need a value of it. */
export const CORE_CONFIG = Symbol('CoreConfig');
