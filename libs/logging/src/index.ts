export { createLogger, PlatformLogger, type LogFields, type LoggerOptions, type LogLevel } from './logger';
export { redactFields, redactText } from './redaction';
