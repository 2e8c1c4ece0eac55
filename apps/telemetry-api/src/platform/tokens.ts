/** Token of the configuration, for the few providers that need a value of it. */
export const TELEMETRY_CONFIG = Symbol('TelemetryConfig');
