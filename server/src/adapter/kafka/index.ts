/** Kafka: the telemetry log as one partition of a topic. */
export { KafkaConfig } from './config.ts'
export { openKafkaTelemetryLog } from './telemetry-log.ts'
export type { KafkaLogOptions } from './topic.ts'
