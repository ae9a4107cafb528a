/** SQLite: the embedded telemetry store, one file in the data folder. */
export { TelemetryStoreConfig } from './telemetry/config.ts'
export { openTelemetryStore, type TelemetryStore } from './telemetry/open-telemetry-store.ts'
