import { findMetrics } from './metric/find-metrics.ts'
import { forecastMetric } from './metric/forecast-metric.ts'
import { getMetricLabels } from './metric/get-metric-labels.ts'
import { queryMetrics } from './metric/query-metrics.ts'

export const metricTools = {
  query_metrics: queryMetrics,
  get_metric_labels: getMetricLabels,
  find_metrics: findMetrics,
  forecast_metric: forecastMetric,
} as const
