export { createLogger, PlatformLogger, type LogFields, type LoggerOptions, type LogLevel } from './logger';
export { redactFields, redactText } from './redaction';
export {
  ALERT_SEVERITIES,
  AlertPort,
  type Alert,
  type AlertLabels,
  type AlertNotice,
  type AlertSeverity,
  type AlertSink,
  type OpenAlert,
} from './alerts/alert.port';
export { Alerts } from './alerts/alerts';
export { LogAlertSink } from './alerts/log-alert-sink';
export { measureAlerts } from './alerts/measure-alerts';
export { Metrics, type LabelValues, type MetricOptions } from './metrics/metrics';
export { measureProcess } from './metrics/process-metrics';
